import { createHash } from 'node:crypto';
import type { Message } from '../message-data.ts';
import { truncateBytes, truncateRunes } from '../truncate.ts';
import type { SnsConfig } from './sns-config.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const MAX_SMS_RUNES = 1600;
const MAX_SUBJECT_RUNES = 100;

/** The form of a `Publish` call. */
export function snsPublish(config: SnsConfig, message: Message): URLSearchParams {
  const { render } = message;
  const [topic, phone, target] = [config.topicArn, config.phoneNumber, config.targetArn].map(render);
  const full = render(config.message);
  const { text, truncated } = phone ? truncateRunes(full, MAX_SMS_RUNES) : truncateBytes(full, MAX_MESSAGE_BYTES);
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', Message: text });
  if (topic) form.set('TopicArn', topic);
  if (phone) form.set('PhoneNumber', phone);
  if (target) form.set('TargetArn', target);
  const subject = subjectOf(render(config.subject));
  if (subject !== '' && !phone) form.set('Subject', subject);
  if (topic?.endsWith('.fifo')) {
    form.set('MessageGroupId', message.groupKeyHash);
    // A repeated attempt is the same message, the next look at the group another one.
    const { groupKey, tMs } = message.notification;
    form.set('MessageDeduplicationId', createHash('sha256').update(`${groupKey}\n${tMs}`).digest('hex'));
  }
  const attributes = Object.entries(config.attributes).map(([name, value]) => [render(name), render(value)] as const);
  const all = truncated ? [...attributes, ['truncated', 'true'] as const] : attributes;
  all.forEach(([name, value], index) => {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, 'String');
    form.set(`${entry}.Value.StringValue`, value);
  });
  return form;
}

/** Printable ASCII on one line: SNS refuses others. */
function subjectOf(text: string): string {
  const plain = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim();
  return truncateRunes(plain, MAX_SUBJECT_RUNES).text.replace('…', '.');
}

/** The region of an ARN: `arn:aws:sns:us-east-2:123456789012:topic`. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
