import type { AddressInfo } from 'node:net';
import { PetrelError } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { type Address, formatAddress } from './address.ts';

/** Listens and returns the address that it got (port 0 is any free one). Throws CONFIG_INVALID with advice when it cannot. */
export async function listenOn(app: FastifyInstance, address: Address): Promise<Address> {
  try {
    await app.listen(address);
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, address);
  }
  const { port } = app.server.address() as AddressInfo;
  return { host: address.host, port };
}

function listenError(error: NodeJS.ErrnoException, address: Address): PetrelError {
  const where = formatAddress(address);
  switch (error.code) {
    case 'EADDRINUSE':
      return new PetrelError(
        'CONFIG_INVALID',
        `${where} is taken by another program. Stop it, or choose another address with --listen HOST:PORT.`,
        { cause: error },
      );
    case 'EACCES':
      return new PetrelError(
        'CONFIG_INVALID',
        `This user may not listen on ${where}. Choose a port above 1023 with --listen HOST:PORT.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PetrelError(
        'CONFIG_INVALID',
        `${where} is not an address of this machine. Choose another with --listen HOST:PORT.`,
        { cause: error },
      );
    default:
      return new PetrelError('CONFIG_INVALID', `cannot listen on ${where}: ${error.message}`, { cause: error });
  }
}
