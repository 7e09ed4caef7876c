import { usageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const HELP = `Petrel ${VERSION}: metrics, logs and alerts for distributed systems, compatible with Prometheus, Alertmanager and Loki.

petrel server [options]              run the server
  --config FILE                      configuration (default: petrel.yml if it is there)
  --data DIR                         data directory (default: ./data)
  --listen HOST:PORT                 main port (default: 127.0.0.1:7070)
  --web.external-url URL             where people reach it, for links in notifications
  --otlp-grpc HOST:PORT|off          OTLP over gRPC (default: 127.0.0.1:4317)
  --web.enable-lifecycle             allow POST /-/quit (POST /-/reload needs nothing)
  --log.level debug|info|warn|error  (default: info)
  --log.format logfmt|json           (default: logfmt)
  environment: CLICKHOUSE_URL, POSTGRES_URL and CLICKHOUSE_CLUSTER replace the embedded stores

petrel query instant [URL] EXPR      --time TIME
petrel query instant [URL] --file FILE  every query of a .promql file or of a YAML mapping from names to queries
petrel query range [URL] EXPR        --start TIME --end TIME --step DURATION
petrel query series [URL]            --match SELECTOR… --start TIME --end TIME
petrel query labels [URL] NAME       --match SELECTOR… --start TIME --end TIME
  --format FORMAT                    table, json or promql; for ranges chart too (default on a terminal)
  --header NAME=VALUE                sent with the request; may be repeated
  URL is http://127.0.0.1:7070 unless given

petrel logs [URL] QUERY              log lines, oldest first; QUERY is LogQL; a metric query gives a table
  --kql, --lucene                    QUERY is as in Kibana's search bar
  --since DURATION                   (default: 1h), or --from TIME --to TIME: RFC 3339, seconds or relative such as -1d
  --limit N                          the newest N lines (default: 100), with --forward the oldest
  --tail                             follow lines as they come in, after the newest N (default: 10)
  --output default|json|raw  --no-color  --header NAME=VALUE

petrel check config FILE…            check configuration files, and the rules and routing that they name
petrel check rules FILE…             check rule files
petrel check alertmanager FILE…      check alertmanager.yml files
petrel test rules FILE…              run unit tests of rules, written for promtool
  --run REGEX                        only tests with such a name; may be repeated
  --enable-feature NAME              of PromQL, for both: promql-experimental-functions, promql-duration-expr,
                                     promql-extended-range-selectors, promql-binop-fill-modifiers
  --ignore-unknown-fields            in rule files, for both
  --language logql                   for files of Loki's ruler (check only)

petrel explain [URL] ALERT           why somebody was told of an alert, or was not; ALERT is a name, fingerprint or selector
  --at TIME --receiver NAME          (default: now, all receivers)   --lang en|zh
petrel rehearse [URL]                what alerts would have been sent, beside those of the configuration in force
  --rules FILE… --log-rules FILE… --routes FILE  what is proposed; what is not given stays as it is
  --from TIME --to TIME              RFC 3339, seconds or relative such as -1d (default: the last 7 days)
  --format text|json  --fail-on-gained
petrel lint [URL]                    what is wrong with rules and routes, by their files and the stored data
  --rules FILE… --routes FILE        instead of those in force; without a server the files alone are looked at
  --format text|json  --fail-on-warning

petrel version
`;

/** Runs one command; the modules that it needs are loaded only then. Returns the exit code; undefined while a server runs. */
export async function runCommandLine(args: readonly string[]): Promise<number | undefined> {
  const [command, ...rest] = args;
  switch (command) {
    case 'server': {
      const { runServer } = await import('./commands/run-server.ts');
      return runServer(rest);
    }
    case 'query': {
      const { runQuery } = await import('./commands/query/index.ts');
      return runQuery(rest);
    }
    case 'logs':
      return (await import('./commands/logs/index.ts')).runLogs(rest);
    case 'check':
      return runCheck(rest);
    case 'test':
      return runTest(rest);
    case 'explain':
      return (await import('./commands/explain.ts')).runExplain(rest);
    case 'rehearse':
      return (await import('./commands/rehearse.ts')).runRehearse(rest);
    case 'lint':
      return (await import('./commands/lint.ts')).runLint(rest);
    case 'version':
    case '--version':
      console.log(`petrel, version ${VERSION} (node ${process.versions.node}, ${process.platform}/${process.arch})`);
      return 0;
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(HELP);
      return 0;
    case undefined:
      process.stderr.write(HELP);
      return 1;
    default:
      return usageError(`unknown command ${JSON.stringify(command)}`);
  }
}

async function runCheck([what, ...files]: readonly string[]): Promise<number> {
  if (files.length > 0) {
    switch (what) {
      case 'config':
        return (await import('./commands/check-config.ts')).checkConfig(files, console.log);
      case 'rules':
        return (await import('./commands/check-rules.ts')).checkRules(files, console.log);
      case 'alertmanager':
        return (await import('./commands/check-alertmanager.ts')).checkAlertmanager(files, console.log);
    }
  }
  return usageError('write: petrel check config|rules|alertmanager FILE…');
}

async function runTest([what, ...args]: readonly string[]): Promise<number> {
  if (what !== 'rules') return usageError('write: petrel test rules FILE…');
  const { testRules } = await import('./commands/test-rules.ts');
  return testRules(args, console.log);
}
