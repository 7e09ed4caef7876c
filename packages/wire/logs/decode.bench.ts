/**
 * Lines a second through decompression, decoding and recognition of Loki pushes: 1,000 JSON records of about 300 bytes a push, in ten streams; the same of
 * logfmt and of plain text; and JSON records that carry their ids as structured metadata as well. OTLP exports of the same size for comparison. Run: `npx esbuild packages/wire/logs/decode.bench.ts --bundle --platform=node --format=esm --external:snappy
 * --outfile=logs-bench.mjs && node logs-bench.mjs`.
 */
import { decodeSnappy, encodeSnappy } from '../snappy/snappy.ts';
import { DEFAULT_LOG_LIMITS } from './log-limits.ts';
import { encodeLokiPush } from './loki-encode.ts';
import { type DecodedLogs, decodeLokiProtobuf, StreamLabelCache } from './loki-proto.ts';
import { decodeOtlpLogsProtobuf } from './otlp/decode-proto.ts';
import { encodeOtlpLogs } from './otlp/encode.ts';

const PUSHES = 20;
const LINES = 1_000;
const ROUNDS = 60;
const STREAMS = 10;
const START_NS = 1_760_000_000_000_000_000n;

const hex = (n: number, size: number): string => ((n * 2_654_435_761) >>> 0).toString(16).padStart(size, 'a5');

const FORMS: Record<string, (n: number) => string> = {
  json: (n) =>
    JSON.stringify({
      timestamp: new Date(1.76e12 + n).toISOString(),
      level: n % 20 === 0 ? 'ERROR' : 'INFO',
      message: n % 20 === 0 ? '订单创建失败' : 'order created',
      service: `service-${n % STREAMS}`,
      trace_id: hex(n, 32),
      span_id: hex(n, 16),
      user_id: String(n % 10_000),
      request_id: `req-${n}`,
      fields: { product_id: n % 500, amount: (n % 1000) / 10, duration: n % 2000 },
    }),
  logfmt: (n) =>
    `ts=2026-01-02T03:04:05.678Z level=${n % 20 === 0 ? 'error' : 'info'} caller=order.go:${n % 300} msg="order created in time" ` +
    `trace_id=${hex(n, 32)} span_id=${hex(n, 16)} user_id=${n % 10_000} request_id=req-${n} duration=${n % 2000}ms path=/api/v1/orders/${n} status=200`,
  text: (n) =>
    `2026-01-02 03:04:05.678  ${n % 20 === 0 ? 'ERROR' : ' INFO'} 1 --- [nio-8080-exec-${n % 10}] c.e.orders.web.OrderController      : ` +
    `Order ${n} of user ${n % 10_000} was created in ${n % 2000} ms and handed over to the warehouse, which confirmed 3 of its 3 positions`,
};

function pushes(line: (n: number) => string, metadata: (n: number) => readonly string[]): Uint8Array[] {
  return Array.from({ length: PUSHES }, (_, push) =>
    encodeSnappy(
      encodeLokiPush(
        Array.from({ length: STREAMS }, (_, s) => ({
          labels: `{service="service-${s}", env="production", namespace="shop", pod="service-${s}-5d9c7b6f4-x${s}"}`,
          entries: Array.from({ length: LINES / STREAMS }, (_, i) => {
            const n = push * LINES + i * STREAMS + s;
            return { tsNs: START_NS + BigInt(n), line: line(n), metadata: metadata(n) };
          }),
        })),
      ),
    ),
  );
}

function exports(line: (n: number) => string): Uint8Array[] {
  return Array.from({ length: PUSHES }, (_, push) =>
    encodeOtlpLogs([
      {
        attributes: [
          ['service.name', 'order-service'],
          ['host.name', 'node-1'],
        ],
        scopes: [
          {
            name: 'orders',
            records: Array.from({ length: LINES }, (_, i) => {
              const n = push * LINES + i;
              const attributes = [
                ['user.id', String(n % 10_000)],
                ['http.status_code', 200n],
              ] as const;
              const ids = { traceId: hex(n, 32), spanId: hex(n, 16) };
              return { timeNs: START_NS + BigInt(n), severityNumber: 9, body: line(n), attributes, ...ids };
            }),
          },
        ],
      },
    ]),
  );
}

function measure(name: string, bodies: readonly Uint8Array[], decode: (body: Uint8Array) => DecodedLogs): void {
  let lines = 0;
  let bytes = 0;
  const run = () => {
    for (const body of bodies) {
      const { batch, sizeBytes } = decode(body);
      lines += batch.length;
      bytes += sizeBytes;
    }
  };
  for (let round = 0; round < 5; round++) run();
  lines = bytes = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) run();
  const { user, system } = process.cpuUsage(before);
  const rate = Math.round(lines / ((user + system) / 1e6)).toLocaleString('en');
  console.log(`${name}: ${rate} lines per CPU second, ${Math.round(bytes / lines)} bytes a line`);
}

const NOW_MS = 1.77e12;
const none = (): readonly string[] => [];
const cache = new StreamLabelCache(DEFAULT_LOG_LIMITS);
const json = FORMS.json as (n: number) => string;
const decodePush = (body: Uint8Array) => decodeLokiProtobuf(decodeSnappy(body, 64 << 20), cache, NOW_MS);

for (const [form, line] of Object.entries(FORMS)) measure(`loki ${form}`, pushes(line, none), decodePush);
const ids = (n: number) => ['trace_id', hex(n, 32), 'span_id', hex(n, 16), 'k8s.pod.name', `pod-${n % 50}`];
measure('loki json with metadata', pushes(json, ids), decodePush);
measure('otlp', exports(json), (body) => decodeOtlpLogsProtobuf(body, { limits: DEFAULT_LOG_LIMITS }, NOW_MS));
