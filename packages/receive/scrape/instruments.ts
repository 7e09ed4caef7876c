import type { Counter, Gauge, HistogramInstrument, Instruments } from '@petrel/model';

/** What scraping counts. */
export interface ScrapeInstruments {
  readonly duration: HistogramInstrument;
  readonly samples: Counter;
  readonly failures: Counter;
  readonly duplicates: Counter;
  readonly outOfBounds: Counter;
  readonly lost: Counter;
  readonly retries: Counter;
  readonly targets: Gauge;
  readonly invalidTargets: Counter;
  readonly exceededTargetLimit: Counter;
}

export function scrapeInstruments(instruments: Instruments): ScrapeInstruments {
  return {
    duration: instruments.histogram('petrel_scrape_duration_seconds', 'Time of a scrape, from request to body.'),
    samples: instruments.counter('petrel_scrape_samples_total', 'Samples that scrapes brought, after relabelling.', [
      'job',
    ]),
    failures: instruments.counter('petrel_scrape_failures_total', 'Scrapes that failed.', ['job', 'reason']),
    duplicates: instruments.counter(
      'petrel_scrape_duplicate_samples_total',
      'Samples left out because the same scrape had brought their series already.',
      ['job'],
    ),
    outOfBounds: instruments.counter(
      'petrel_scrape_out_of_bounds_samples_total',
      'Samples left out because their timestamp lies too far in the future.',
      ['job'],
    ),
    lost: instruments.counter(
      'petrel_scrape_lost_samples_total',
      'Samples that were scraped and could not be stored.',
      ['job'],
    ),
    retries: instruments.counter('petrel_scrape_store_retries_total', 'Attempts to store a scrape once more.', ['job']),
    targets: instruments.gauge('petrel_scrape_pool_targets', 'Targets of a job.', ['job']),
    invalidTargets: instruments.counter(
      'petrel_scrape_invalid_targets_total',
      'Discovered targets that could not be used.',
      ['job'],
    ),
    exceededTargetLimit: instruments.counter(
      'petrel_scrape_pool_exceeded_target_limit_total',
      'Updates that brought more targets than the limit of the job.',
      ['job'],
    ),
  };
}
