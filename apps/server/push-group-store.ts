import type { PushGroup, PushGroupStore } from '@petrel/receive';
import type { ControlStore } from '@petrel/store';

/** Pushed groups in PostgreSQL: the grouping labels where people can read them, the group itself as JSON. */
export function pushGroupStore(control: ControlStore): PushGroupStore {
  return {
    load: async () => {
      const rows = await control.listPushGroups();
      return rows.map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')) as PushGroup);
    },
    upsert: (group) =>
      control.putPushGroup({ key: group.key, meta: group.labels, body: Buffer.from(JSON.stringify(group), 'utf8') }),
    delete: async (key) => {
      await control.deletePushGroup(key);
    },
  };
}
