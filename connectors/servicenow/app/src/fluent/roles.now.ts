import { Role } from '@servicenow/sdk/core';

/** For the one user as whom Holdfast signs in. */
export const hub = Role({
  name: 'x_hldf_holdfast.hub',
  description: 'May call the endpoints of Holdfast and write its tables. For the integration user alone.',
});

/** For people. */
export const reader = Role({
  name: 'x_hldf_holdfast.reader',
  description: 'May read the recordings that Holdfast keeps here.',
});
