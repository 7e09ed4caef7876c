import { Labels } from '@petrel/model';
import { bench, describe } from 'vitest';
import { parseLogSelector } from '../../parse/index.ts';
import { compilePipeline } from './compile-pipeline.ts';

// Records of about 300 bytes as a shop's services write them, one in eight an error; an iteration takes all of them through the stages on one core.
const LINES = 100_000;

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x7fffffff;
}

function hex(length: number): string {
  return Array.from({ length }, () => '0123456789abcdef'.charAt(Math.floor(random() * 16))).join('');
}

interface Record {
  readonly json: string;
  readonly logfmt: string;
  readonly access: string;
}

const LEVELS = ['INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const records: readonly Record[] = Array.from({ length: LINES }, (_, i) => {
  const level = LEVELS[Math.floor(random() * 8)] as string;
  const timestamp = new Date(1_700_000_000_000 + i).toISOString();
  const message = `order ${i} processed for customer in ${Math.floor(random() * 500)} ms`;
  const ids = { trace_id: hex(32), span_id: hex(16), user_id: `u-${Math.floor(random() * 1e5)}`, request_id: hex(12) };
  const fields = { amount: Math.floor(random() * 1e4) / 100, currency: 'USD', items: 3 };
  const document = { timestamp, level, message, service: 'order-service', ...ids, fields };
  const took = `duration=${Math.floor(random() * 500)}ms size=3kB`;
  // Through bytes, as a store decodes them: texts that were put together would be slow to read at first.
  const flat = (text: string): string => Buffer.from(text).toString();
  return {
    json: flat(JSON.stringify(document)),
    logfmt: flat(
      `ts=${timestamp} level=${level} msg="${message}" service=order-service trace_id=${ids.trace_id} ${took}`,
    ),
    access: flat(`10.0.${i & 255}.7 - u${i} [10/Oct/2000] "GET /api/orders/${i} HTTP/1.1" ${i % 9 ? 200 : 500} 2326`),
  };
});

const stream = Labels.of({ app: 'order', env: 'prod', service_name: 'order-service' });
const METADATA = ['detected_level', 'info', 'k8s_pod_name', 'order-7d9f'];

interface Case {
  readonly query: string;
  readonly format: keyof Record;
  readonly needed?: readonly string[];
  readonly metadata?: readonly string[];
}

const CASES: readonly Case[] = [
  { query: '|= "ERROR"', format: 'json' },
  { query: '|~ "(?i)timeout"', format: 'json' },
  { query: '|~ "customer in \\\\d{3} ms"', format: 'json' },
  { query: '|= ip("10.0.0.0/16")', format: 'access' },
  { query: '', format: 'json', metadata: METADATA },
  { query: '| json | level="ERROR"', format: 'json' },
  { query: '| json | level="ERROR"', format: 'json', metadata: METADATA },
  { query: '| json | fields_amount > 50', format: 'json' },
  { query: '| json', format: 'json' },
  { query: '| json', format: 'json', needed: ['level'] },
  { query: '| json lvl="level" | lvl="ERROR"', format: 'json' },
  { query: '| logfmt | level="ERROR"', format: 'logfmt' },
  { query: '| logfmt | duration > 400ms', format: 'logfmt' },
  { query: '| pattern `<ip> - <user> [<_>] "<method> <path> <_>" <status> <_>` | status="500"', format: 'access' },
  { query: '| regexp `"(?P<method>\\w+) (?P<path>\\S+)` | method="POST"', format: 'access' },
  { query: '| json | line_format `{{.level}} {{.message}}`', format: 'json' },
  { query: '| json | line_format `{{.level | lower}} {{.message}}`', format: 'json' },
];

describe(`${LINES.toLocaleString('en')} lines`, () => {
  for (const { query, format, needed, metadata = [] } of CASES) {
    const { stages } = parseLogSelector(`{app="order"} ${query}`);
    const make = compilePipeline(stages, needed === undefined ? {} : { needed: new Set(needed) });
    const lines = records.map((record) => record[format]);
    const suffix = `${needed === undefined ? '' : ', few labels'}${metadata.length === 0 ? '' : ', metadata'}`;
    bench(
      `${query || 'no stages'}${suffix}`,
      () => {
        const pipeline = make().forStream(stream);
        for (const line of lines) pipeline.process({ line, tsNs: 0n, metadata });
      },
      { time: 500, warmupIterations: 2 },
    );
  }
});
