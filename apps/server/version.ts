/** What `petrel version`, /api/v1/status/buildinfo and petrel_build_info say. */
export const VERSION = '0.1.0';
/** Prometheus's API level that clients such as Grafana look for to decide which parameters they may send. */
export const PROMETHEUS_VERSION = '3.5.0';
export const REVISION = process.env.PETREL_REVISION ?? 'unknown';
