import { runCommandLine } from './command-line.ts';

const code = await runCommandLine(process.argv.slice(2));
// A server keeps the process by itself; it has no code yet.
if (code !== undefined) process.exitCode = code;
