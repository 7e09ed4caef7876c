/**
 * The real server for tests: a data directory and a configuration enter, a process that answers on a free port leaves; a load
 * generator beside it knows which samples were acknowledged. Tests of apps/server and of the web app call.
 */
export { type ApiReply, askApi, instantValues } from './ask-api.ts';
export { freePort, type PetrelProcess, type PetrelProcessOptions, startPetrel } from './petrel-process.ts';
