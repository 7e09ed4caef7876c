import { isLegacyLabelName, PetrelError } from '@petrel/model';

const PREFIX = '/metrics/';
const BASE64 = '@base64';

/**
 * The grouping labels of a push path, `job` first: `/metrics/job/<job>{/<label>/<value>}`, where a name that ends in `@base64` says that
 * its value is base64url (a single `=` for the empty value). `path` is percent-encoded, without query. Throws BAD_REQUEST.
 */
export function parseGroupPath(path: string): Record<string, string> {
  const from = path.indexOf(PREFIX);
  const segments =
    from < 0
      ? []
      : path
          .slice(from + PREFIX.length)
          .replace(/\/$/, '')
          .split('/');
  const [first] = segments;
  if (first !== 'job' && first !== `job${BASE64}`) throw new PetrelError('BAD_REQUEST', 'job name is required');
  if (segments.length % 2 !== 0) {
    throw new PetrelError('BAD_REQUEST', `odd number of components in label string "${segments.slice(2).join('/')}"`);
  }
  const labels: Record<string, string> = {};
  for (let i = 0; i < segments.length; i += 2) {
    const written = decodeSegment(segments[i] as string);
    const encoded = written.endsWith(BASE64);
    const name = encoded ? written.slice(0, -BASE64.length) : written;
    const text = decodeSegment(segments[i + 1] as string);
    if (!isLegacyLabelName(name) || name.startsWith('__')) {
      throw new PetrelError('BAD_REQUEST', `improper label name "${name}"`);
    }
    if (i > 0 && name === 'job') continue;
    labels[name] = encoded ? decodeBase64(name, text) : text;
  }
  if (labels.job === '') throw new PetrelError('BAD_REQUEST', 'job name is required');
  return labels;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new PetrelError('BAD_REQUEST', `invalid percent-encoding in "${segment}"`, { cause });
  }
}

function decodeBase64(name: string, text: string): string {
  const bare = text.replace(/=+$/, '');
  if (!/^[A-Za-z0-9_-]*$/.test(bare) || bare.length % 4 === 1) {
    throw new PetrelError('BAD_REQUEST', `invalid base64 encoding for label ${name}="${text}"`);
  }
  return Buffer.from(bare, 'base64url').toString('utf8');
}
