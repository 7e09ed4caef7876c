import type { RoutingData } from '@petrel/api/contract/alerting.ts';
import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../../shell/prometheus-api.ts';

export function useRouting() {
  return useQuery({
    queryKey: ['alerts', 'routing'],
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => (await askApi<RoutingData>('petrel/routing', undefined, signal)).data,
  });
}
