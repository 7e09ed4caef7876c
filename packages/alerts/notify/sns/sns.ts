import { DeliveryError } from '../delivery-error.ts';
import type { HttpAnswer, HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { NotifierTools } from '../notifier.ts';
import { awsSignature } from './aws-signature.ts';
import type { SnsConfig } from './sns-config.ts';
import { snsTable } from './sns-config.ts';
import { regionOf, snsPublish } from './sns-payload.ts';

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const RETRY_CODES = ['Throttling', 'ThrottledException', 'KMSThrottling', 'RequestThrottled'];

/** Amazon SNS: a topic, a phone number or a device. Requests are signed with the keys of the configuration; profiles and roles are not used. */
export const sns: IntegrationKind<SnsConfig> = {
  name: 'sns',
  key: 'sns_configs',
  table: snsTable,
  create: (config, tools) =>
    createHttpNotifier({ tools, http: config.http, deliver: (exchange) => deliver(config, exchange, tools) }),
};

async function deliver(config: SnsConfig, exchange: HttpExchange, { clock }: NotifierTools): Promise<string> {
  const { message, send, secret } = exchange;
  const secretKey = await secret(config.sigv4.secretKey, undefined);
  if (secretKey === '') throw new DeliveryError('not delivered: sigv4 gives no access_key and secret_key', false);
  const form = snsPublish(config, message);
  const region = config.sigv4.region || regionOf(form.get('TopicArn') ?? form.get('TargetArn') ?? '');
  if (region === '') throw new DeliveryError('not delivered: sigv4 gives no region', false);
  const url = urlOf(message.render(config.apiUrl), region);
  const body = form.toString();
  const signed = awsSignature(
    { method: 'POST', url, headers: { 'content-type': FORM }, body },
    { accessKey: config.sigv4.accessKey, secretKey, region, service: 'sns' },
    clock.nowMs(),
  );
  const answer = await send({ url, headers: signed, contentType: FORM, body });
  requireNotThrottled(answer);
  requireSuccess(answer, { retryStatuses: [429] });
  return `message ${/<MessageId>([^<]+)</.exec(answer.text)?.[1] ?? 'sent'}`;
}

function urlOf(apiUrl: string, region: string): string {
  const text = apiUrl || `https://sns.${region}.amazonaws.com`;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw new DeliveryError(`api_url is no URL: ${text}`, false);
  return new URL(text).href;
}

/** A throttled call is refused with a 400. */
function requireNotThrottled({ status, text }: HttpAnswer): void {
  const code = /<Code>([^<]+)</.exec(text)?.[1] ?? '';
  if (status >= 400 && RETRY_CODES.includes(code)) throw new DeliveryError(`SNS refused: ${code}`, true);
}
