#!/usr/bin/env node
// The command `detseg`: starts the compiled program.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '..', '..', 'dist', 'src', 'cli', 'main.js');
if (existsSync(program)) require(program).start();
else {
  console.error('detseg: expected the library to be built, found no dist/src/cli/main.js; run npm run build');
  process.exitCode = 1;
}
