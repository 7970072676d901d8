import { Acl, CrossScopePrivilege } from '@servicenow/sdk/core';
import { hub, reader } from './roles.now.ts';

/** Who may call the endpoints. */
export const endpoint = Acl({
  $id: Now.ID['acl-endpoint'],
  type: 'rest_endpoint',
  name: 'x_hldf_holdfast_hub',
  operation: 'execute',
  active: true,
  adminOverrides: false,
  roles: [hub],
});

// Written by the endpoints alone, and by nobody by hand: what stands here is what Holdfast said.
Acl({
  $id: Now.ID['acl-recording-read'],
  type: 'record',
  table: 'x_hldf_holdfast_recording',
  operation: 'read',
  active: true,
  roles: [hub, reader],
});
Acl({
  $id: Now.ID['acl-recording-create'],
  type: 'record',
  table: 'x_hldf_holdfast_recording',
  operation: 'create',
  active: true,
  roles: [hub],
});
Acl({
  $id: Now.ID['acl-recording-write'],
  type: 'record',
  table: 'x_hldf_holdfast_recording',
  operation: 'write',
  active: true,
  roles: [hub],
});
Acl({
  $id: Now.ID['acl-recording-delete'],
  type: 'record',
  table: 'x_hldf_holdfast_recording',
  operation: 'delete',
  active: true,
  roles: [hub],
});

Acl({
  $id: Now.ID['acl-tombstone-read'],
  type: 'record',
  table: 'x_hldf_holdfast_tombstone',
  operation: 'read',
  active: true,
  roles: [hub],
});
Acl({
  $id: Now.ID['acl-tombstone-create'],
  type: 'record',
  table: 'x_hldf_holdfast_tombstone',
  operation: 'create',
  active: true,
  roles: [hub],
});
Acl({
  $id: Now.ID['acl-tombstone-write'],
  type: 'record',
  table: 'x_hldf_holdfast_tombstone',
  operation: 'write',
  active: true,
  roles: [hub],
});
Acl({
  $id: Now.ID['acl-tombstone-delete'],
  type: 'record',
  table: 'x_hldf_holdfast_tombstone',
  operation: 'delete',
  active: true,
  roles: [hub],
});

// Incidents belong to the global scope.
CrossScopePrivilege({
  $id: Now.ID['incident-read'],
  operation: 'read',
  status: 'allowed',
  targetName: 'incident',
  targetScope: 'global',
  targetType: 'sys_db_object',
});
CrossScopePrivilege({
  $id: Now.ID['incident-create'],
  operation: 'create',
  status: 'allowed',
  targetName: 'incident',
  targetScope: 'global',
  targetType: 'sys_db_object',
});
CrossScopePrivilege({
  $id: Now.ID['incident-write'],
  operation: 'write',
  status: 'allowed',
  targetName: 'incident',
  targetScope: 'global',
  targetType: 'sys_db_object',
});
