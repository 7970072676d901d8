'use strict';
// CommonJS, because the SDK loads this file by its path: in workers and clients
// with require(), and into the workflow bundle.
const { DefaultFailureConverter } = require('@temporalio/common');

/** Moves messages and stack traces of failures into a payload, so that the codec encrypts them too. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
