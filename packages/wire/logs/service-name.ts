import type { Labels } from '@petrel/model';

/** Where Loki 3 looks for the name of a service, in this order (`discover_service_name`). */
const SOURCES = [
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];

/** The labels with `service_name`, found as Loki 3 finds it; `unknown_service` where no label says. */
export function withServiceName(labels: Labels): Labels {
  if (labels.has('service_name')) return labels;
  for (const name of SOURCES) {
    const value = labels.get(name);
    if (value !== '') return labels.with('service_name', value);
  }
  return labels.with('service_name', 'unknown_service');
}

/** The labels with `service_name`, and with `service` of the same value where it is missing: for doors whose senders know neither. */
export function withService(labels: Labels): Labels {
  const named = withServiceName(labels);
  return named.has('service') ? named : named.with('service', named.get('service_name'));
}
