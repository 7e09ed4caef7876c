import { GoTime, TIME } from '../time/go-time.ts';
import { type GoField, type GoMethod, type GoType, STRING, sliceOf } from '../values/go-type.ts';
import { GoSlice, GoStruct } from '../values/go-value.ts';
import { createKv, KV, type LabelRecord } from './kv.ts';

export type AlertStatus = 'firing' | 'resolved';

/** An alert as a notification shows it. */
export interface NotificationAlert {
  readonly status: AlertStatus;
  /** Null: Go's nil map. */
  readonly labels: LabelRecord | null;
  readonly annotations: LabelRecord | null;
  /** Milliseconds since 1970; absent: Go's zero time. */
  readonly startsAtMs?: number;
  readonly endsAtMs?: number;
  readonly generatorUrl?: string;
  readonly fingerprint?: string;
}

export interface NotificationInput {
  /** The receiver's name as configured; templates see it with the signs of regular expressions escaped. */
  readonly receiver: string;
  readonly status: AlertStatus;
  readonly alerts: readonly NotificationAlert[];
  readonly groupLabels: LabelRecord;
  /** Default: what all alerts have in common. */
  readonly commonLabels?: LabelRecord;
  readonly commonAnnotations?: LabelRecord;
  readonly externalUrl: string;
  /** Labels of the route, as they are configured: they may be templates. */
  readonly routeLabels?: LabelRecord;
  /** The route labels were expanded already: `routeLabels` gives them as they are. */
  readonly routeLabelsRendered?: boolean;
  /** Why the notification goes out; '' where that is not known. */
  readonly notificationReason?: string;
}

const ALERT: GoType = {
  name: 'template.Alert',
  kind: 'struct',
  fields: [
    { name: 'Status', json: 'status', type: STRING },
    { name: 'Labels', json: 'labels', type: KV },
    { name: 'Annotations', json: 'annotations', type: KV },
    { name: 'StartsAt', json: 'startsAt', type: TIME },
    { name: 'EndsAt', json: 'endsAt', type: TIME },
    { name: 'GeneratorURL', json: 'generatorURL', type: STRING },
    { name: 'Fingerprint', json: 'fingerprint', type: STRING },
  ],
};

const ALERT_SLICE = sliceOf(ALERT);

function withStatus(status: AlertStatus): GoMethod {
  return {
    params: [],
    call: (self) => {
      const alerts = (self as GoSlice).items as readonly GoStruct[];
      return new GoSlice(
        ALERT_SLICE,
        alerts.filter((alert) => alert.values.Status === status),
      );
    },
  };
}

const ALERTS: GoType = {
  name: 'template.Alerts',
  kind: 'slice',
  underlying: '[]template.Alert',
  elem: ALERT,
  methods: new Map<string, GoMethod>([
    ['Firing', withStatus('firing')],
    ['Resolved', withStatus('resolved')],
  ]),
};

const DATA_FIELDS: readonly GoField[] = [
  { name: 'Receiver', json: 'receiver', type: STRING },
  { name: 'Status', json: 'status', type: STRING },
  { name: 'Alerts', json: 'alerts', type: ALERTS },
  { name: 'NotificationReason', json: 'notification_reason', type: STRING },
  { name: 'GroupLabels', json: 'groupLabels', type: KV },
  { name: 'CommonLabels', json: 'commonLabels', type: KV },
  { name: 'CommonAnnotations', json: 'commonAnnotations', type: KV },
  { name: 'RouteLabels', json: 'routeLabels', type: KV },
  { name: 'ExternalURL', json: 'externalURL', type: STRING },
];

const DATA: GoType = { name: '*template.Data', kind: 'struct', isPointer: true, fields: DATA_FIELDS };

/** The root of a notification's templates. */
export class NotificationData extends GoStruct {
  constructor(
    values: Readonly<Record<string, unknown>>,
    /** What `routeLabels` gives and whether it has to be expanded first. */
    readonly routeLabels: { readonly values: ReadonlyMap<string, string>; readonly rendered: boolean },
  ) {
    super(DATA, values);
  }
}

function timeOf(ms: number | undefined): GoTime {
  return ms === undefined ? GoTime.zero() : GoTime.fromUnixMs(ms);
}

function alertValue(alert: NotificationAlert): GoStruct {
  return new GoStruct(ALERT, {
    Status: alert.status,
    Labels: createKv(alert.labels),
    Annotations: createKv(alert.annotations),
    StartsAt: timeOf(alert.startsAtMs),
    EndsAt: timeOf(alert.endsAtMs),
    GeneratorURL: alert.generatorUrl ?? '',
    Fingerprint: alert.fingerprint ?? '',
  });
}

/** A list of alerts with Firing and Resolved. */
export function createAlerts(alerts: readonly NotificationAlert[]): GoSlice {
  return new GoSlice(ALERTS, alerts.map(alertValue));
}

function toMap(labels: LabelRecord | null): ReadonlyMap<string, string> {
  if (labels === null) return new Map();
  return labels instanceof Map ? labels : new Map(Object.entries(labels));
}

/** The pairs that all maps have. */
function common(maps: readonly (LabelRecord | null)[]): ReadonlyMap<string, string> {
  const [first, ...others] = maps.map(toMap);
  return new Map([...(first ?? [])].filter(([name, value]) => others.every((other) => other.get(name) === value)));
}

/** The data of a notification: {Receiver, Status, Alerts, GroupLabels, CommonLabels, CommonAnnotations, ExternalURL, …}. */
export function createNotificationData(input: NotificationInput): NotificationData {
  const { alerts, routeLabels = {} } = input;
  const values = {
    Receiver: input.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    Status: input.status,
    Alerts: createAlerts(alerts),
    NotificationReason: input.notificationReason ?? '',
    GroupLabels: createKv(input.groupLabels),
    CommonLabels: createKv(input.commonLabels ?? common(alerts.map((alert) => alert.labels))),
    CommonAnnotations: createKv(input.commonAnnotations ?? common(alerts.map((alert) => alert.annotations))),
    RouteLabels: createKv(routeLabels),
    ExternalURL: input.externalUrl,
  };
  return new NotificationData(values, { values: toMap(routeLabels), rendered: input.routeLabelsRendered ?? false });
}
