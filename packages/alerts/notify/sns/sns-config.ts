import { record } from '@petrel/config/schema/composite.ts';
import { boolean, string } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { accepted, field, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { secretText, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';

/** How requests to Amazon are signed; texts are empty where nothing is written. */
export interface SigV4Config {
  /** '': that of the topic. */
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly useFipsStsEndpoint: boolean;
}

/** Exactly one of topic, phone number and target says whom it is for. */
export interface SnsConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  /** '': `https://sns.<region>.amazonaws.com`. */
  readonly apiUrl: string;
  readonly sigv4: SigV4Config;
  readonly topicArn: string;
  readonly phoneNumber: string;
  readonly targetArn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const NO_SIGV4: SigV4Config = {
  region: '',
  accessKey: '',
  secretKey: '',
  profile: '',
  roleArn: '',
  externalId: '',
  useFipsStsEndpoint: false,
};

const sigv4Table = table<SigV4Config>(
  'sigv4_config',
  {
    region: field('region', string, '', 'Region; default that of the topic.'),
    accessKey: field('access_key', string, '', 'Access key; without it nothing is delivered.'),
    secretKey: field('secret_key', secretText, '', 'Secret key.'),
    profile: field('profile', string, '', 'A named profile; not offered.'),
    roleArn: field('role_arn', string, '', 'A role to assume; not offered.'),
    externalId: field('external_id', string, '', 'External id for the role; not offered.'),
    useFipsStsEndpoint: field('use_fips_sts_endpoint', boolean, false, 'For the role; not offered.'),
  },
  {
    check({ accessKey, secretKey, profile, roleArn }, report) {
      if ((accessKey === '') !== (secretKey === '')) {
        report.error(
          'access_key',
          'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
        );
      }
      if (profile !== '') report.warn('profile', 'named profiles are not read: the keys must stand here');
      if (roleArn !== '')
        report.warn('role_arn', 'roles are not assumed: requests are signed with the keys as they are');
    },
  },
);

/** A block of `sns_configs`; warns where nothing could be delivered. */
export function snsTable(global: GlobalConfig): Table<SnsConfig> {
  return table<SnsConfig, SnsConfig>(
    'sns_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      apiUrl: field('api_url', templated, '', 'Root of the API.'),
      sigv4: field('sigv4', sigv4Table, NO_SIGV4, 'How requests are signed.'),
      topicArn: field('topic_arn', templated, '', 'The topic.'),
      phoneNumber: field('phone_number', templated, '', 'The phone number, E.164.'),
      targetArn: field('target_arn', templated, '', 'The endpoint of a device.'),
      subject: field('subject', templated, '{{ template "sns.default.subject" . }}', 'Subject of mails.'),
      message: field('message', templated, '{{ template "sns.default.message" . }}', 'Text.'),
      attributes: field('attributes', record(templated), {}, 'Attributes of the message.'),
    },
    {
      accepted: { use_aws_http_client: accepted(boolean, 'There is one HTTP client.') },
      check({ targetArn, topicArn, phoneNumber, sigv4 }, report) {
        if (sigv4.accessKey === '')
          report.warn('sigv4', 'nothing is delivered to SNS: requests need access_key and secret_key in sigv4');
        // Alertmanager's own rule: an odd number of them (in words: one).
        if (((targetArn === '') !== (topicArn === '')) !== (phoneNumber === '')) {
          report.error('topic_arn', 'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config');
        }
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
