#!/usr/bin/env node
import('../dist/petrel.js').catch((error) => {
  if (error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/petrel.js')) {
    console.error('petrel is not built yet: run `npm run build` (or `npm start`) first.');
    process.exit(1);
  }
  throw error;
});
