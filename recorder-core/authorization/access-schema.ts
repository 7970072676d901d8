import { ACTS } from '../policy/access.ts';

/**
 * The types that policies are checked against, strictly: a misspelt attribute, an optional one read without `has`, or a
 * comparison that can never hold is an error of the policy. Every act may be asked about the tenant and about a recording.
 */
export const ACCESS_SCHEMA = `
entity Role;
entity Group;
entity User in [Role, Group] = {
  kind: String,
  role: String,
  groups: Set<String>,
  department?: String,
  job?: String,
  region?: String,
};
entity Tenant;
entity Recording = {
  region: String,
  department?: String,
  classification?: String,
  retentionClass: String,
  source: String,
  startedAt: datetime,
  restricted: Bool,
  held: Bool,
  ownOf: Set<User>,
  grants?: Set<String>,
};
action ${ACTS.map((act) => JSON.stringify(act)).join(',\n  ')}
appliesTo {
  principal: [User],
  resource: [Tenant, Recording],
  context: {
    now: datetime,
    means: String,
    purpose?: String,
    address?: ipaddr,
    country?: String,
    region?: String,
    stepUpAgeMs?: Long,
    recentPlays?: Long,
  },
};
`;
