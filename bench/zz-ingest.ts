import { LogLines } from './load/log-lines.ts';
import { send } from './load/send.ts';
import { cpuSeconds, settle, sleep } from './measure.ts';
import { startPeer } from './peers/peer.ts';
const [name='petrel', conns='32', lines='1000000'] = process.argv.slice(2);
const peer = await startPeer(name as 'petrel');
const load = new LogLines({ lines: Number(lines), startMs: Date.now() - 86400000, spanMs: 86400000 });
let ms = 0, n = 0; const before = cpuSeconds(peer.pid); const secs: string[] = [];
for (;;) { const rs = load.next(500000); if (!rs.length) break; const b = performance.now(); const w = rs.values();
 await Promise.all(Array.from({ length: Number(conns) }, async () => { for (const { body } of w) for (;;) { const a = await send(peer.pushUrl, { body, headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' } }); if (a.status < 300) break; await sleep(50); } }));
 const t = performance.now() - b; ms += t; for (const r of rs) n += r.lines; secs.push((rs.reduce((s, r) => s + r.lines, 0) / t).toFixed(0)); }
const mid = cpuSeconds(peer.pid); await settle(peer.pid, 60000);
console.log(name, conns, Math.round(n / ms * 1000), 'lines/s; sections k/s', secs.join(' '), 'CPU/M during', ((mid - before) / n * 1e6).toFixed(2), 'after merges', ((cpuSeconds(peer.pid) - before) / n * 1e6).toFixed(2));
await peer.stop(); process.exit();
