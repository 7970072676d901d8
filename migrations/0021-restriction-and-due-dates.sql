-- Recordings that are kept but not used, and a date for the next look at a recording that is not the date it may go.

alter table recording
  -- A list of grounds, each {id, why, since, rules, purposes}; null while nothing restricts the use.
  add restriction jsonb check (jsonb_typeof(restriction) = 'array' and restriction <> '[]'),
  -- When the rules say something else than now without its being due: a ceiling that passes below a floor.
  add decide_at timestamptz;
create index recording_restricted on recording (tenant_id, id) where restriction is not null;

-- The sweep takes the oldest of one shard: the last four bits of the id, which are random in a UUIDv7.
create index recording_to_decide on recording
  (tenant_id, (get_byte(uuid_send(id), 15) & 15), (least(retain_until, decide_at))) where state = 'retained';
drop index recording_due;

-- Whether a connected system is told of what is restricted, because an obligation rests on it.
alter table connection add mandatory boolean not null default false;
update connection set mandatory = true where connector = 'embedded-search';

-- What an export of restricted recordings is for; null where none of them was restricted.
alter table export add restricted_purpose text;
