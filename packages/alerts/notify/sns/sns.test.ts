import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { NOW_MS, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { awsSignature } from './aws-signature.ts';
import { sns } from './sns.ts';

const TOPIC = 'arn:aws:sns:us-east-2:123456789012:My-Topic';
const KEYS = 'sigv4: { access_key: AKIDEXAMPLE, secret_key: wJalrXUtnFEMI }';
const ANSWER = '<PublishResponse><PublishResult><MessageId>94f20ce6</MessageId></PublishResult></PublishResponse>';
let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: ANSWER }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const block = (more: string): string => `api_url: ${service.url}\nsubject: '{{ .Status }}'\nmessage: m\n${more}`;
const form = (): Record<string, string> => Object.fromEntries(new URLSearchParams(service.last().text));

describe('signature version 4', () => {
  it("agrees with Amazon's own example", () => {
    const credentials = {
      accessKey: 'AKIDEXAMPLE',
      secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      service: 'service',
    };
    const request = { method: 'GET', url: 'https://example.amazonaws.com/', headers: {}, body: '' };
    expect(awsSignature(request, credentials, Date.UTC(2015, 7, 30, 12, 36))).toEqual({
      'X-Amz-Date': '20150830T123600Z',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    });
  });
});

describe('SNS', () => {
  it('publishes to a topic, signed', async () => {
    const yaml = block(`topic_arn: ${TOPIC}\n${KEYS}\nattributes: { severity: 'Sev{{ len .Alerts }}' }`);
    expect(await rehearse(sns, yaml, firing)).toEqual([{ ok: true, detail: 'message 94f20ce6' }]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/']);
    expect(form()).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: TOPIC,
      Subject: 'firing',
      Message: 'm',
      'MessageAttributes.entry.1.Name': 'severity',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Sev1',
    });
    const signed = awsSignature(
      {
        method: 'POST',
        url: `${service.url}/`,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: service.last().text,
      },
      { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI', region: 'us-east-2', service: 'sns' },
      NOW_MS,
    );
    expect(service.last().headers).toMatchObject({
      authorization: signed.Authorization,
      'x-amz-date': '20260822T093000Z',
    });
  });

  it('cuts what goes to a phone, and says so', async () => {
    const yaml = block(`phone_number: '+1555'\nsigv4: { region: eu-west-1, access_key: AKID, secret_key: abcd }`);
    await rehearse(sns, yaml.replace('message: m', `message: ${'x'.repeat(1601)}`), firing);
    expect(form()).toMatchObject({ PhoneNumber: '+1555', 'MessageAttributes.entry.1.Name': 'truncated' });
    expect(form().Message).toHaveLength(1600);
    expect(form()).not.toHaveProperty('Subject');
  });

  it('groups what goes to a FIFO topic, and asks for a subject in ASCII', async () => {
    const yaml = block(`topic_arn: ${TOPIC}.fifo\n${KEYS}`).replace("subject: '{{ .Status }}'", "subject: '宕机 down'");
    await rehearse(sns, yaml, firing);
    expect(form()).toMatchObject({
      MessageGroupId: createHash('sha256').update(firing.groupKey).digest('hex'),
      MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
      Subject: '?? down',
    });
  });

  it.each([
    [{ status: 500 }, true],
    [{ status: 400, body: '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>' }, true],
    [{ status: 403, body: '<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>' }, false],
  ])('%j is retryable: %s', async (reply, retryable) => {
    service.answer(() => reply);
    const yaml = block(`topic_arn: ${TOPIC}\n${KEYS}`);
    expect(await rehearse(sns, yaml, firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it('loads without keys, warns, and says why it did not deliver', async () => {
    const yaml = block(`topic_arn: ${TOPIC}`);
    expect(readBlock(sns, yaml)).toMatchObject({
      errors: [],
      warnings: ['nothing is delivered to SNS: requests need access_key and secret_key in sigv4'],
    });
    expect(await rehearse(sns, yaml, firing)).toMatchObject([{ ok: false, retryable: false }]);
    expect(service.requests).toHaveLength(0);
  });

  it.each([['{}'], ['{topic_arn: a, target_arn: b}']])('%s: exactly one of topic, phone and target', (yaml) => {
    expect(readBlock(sns, yaml).errors).toEqual([
      'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config',
    ]);
  });
});
