-- Matters, holds by query, and metadata that nobody can change while it is held.

-- What holds are for: a lawsuit, an investigation, an incident. Its holds come and go; it stays and says who, when and why.
create table matter (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  name          text not null,
  -- The case as another system knows it, and the connection it came by.
  external_id   text,
  connection_id uuid,
  tags          text[] not null default '{}', -- regulatory triggers
  state         text not null default 'open' check (state in ('open', 'releasing', 'closed')),
  opened_by     uuid, -- null where no person did
  opened_at     timestamptz not null,
  review_at     timestamptz, -- when somebody has to ask whether it is still needed
  closed_at     timestamptz,
  primary key (tenant_id, id),
  check ((external_id is null) = (connection_id is null)),
  check ((closed_at is null) = (state <> 'closed'))
);
create unique index matter_name on matter (tenant_id, lower(name));
create unique index matter_external on matter (tenant_id, connection_id, external_id);
create index matter_newest on matter (tenant_id, opened_at desc, id desc);
select protect_by_tenant('matter');
grant select, insert, update (tags, state, review_at, closed_at, external_id, connection_id) on matter to holdfast_app;

-- A hold belongs to a matter. `matter` is its name, which the release before reads and writes.
alter table hold
  add matter_id uuid,
  add kind text not null default 'legal' check (kind in ('legal', 'authority', 'incident')),
  add by_query boolean not null default false,
  add placed_through uuid, -- connection that placed it, where no person did
  add ended_at timestamptz, -- since when not even the grace of its release protects
  add foreign key (tenant_id, matter_id) references matter (tenant_id, id),
  add check (ended_at is null or released_at is not null),
  alter matter drop not null,
  alter placed_by drop not null,
  drop constraint hold_check; -- what no person placed, no person releases
create index hold_of_matter on hold (tenant_id, matter_id);
create index hold_by_query on hold (tenant_id) where by_query and ended_at is null;

create function name_matter() returns trigger
  language plpgsql as $$
begin
  if new.matter_id is null then
    insert into matter (tenant_id, id, name, opened_by, opened_at)
    values (new.tenant_id, new.id, new.matter, new.placed_by, new.placed_at)
    on conflict (tenant_id, lower(name)) do nothing;
    select id into new.matter_id from matter where tenant_id = new.tenant_id and lower(name) = lower(new.matter);
  else
    select name into new.matter from matter where tenant_id = new.tenant_id and id = new.matter_id;
  end if;
  return new;
end
$$;
create trigger name_matter before insert on hold for each row execute function name_matter();

insert into matter (tenant_id, id, name, opened_by, opened_at)
select distinct on (tenant_id, lower(matter)) tenant_id, id, matter, placed_by, placed_at
  from hold order by tenant_id, lower(matter), placed_at, id;
update hold h set matter_id = m.id from matter m where m.tenant_id = h.tenant_id and lower(m.name) = lower(h.matter);

revoke update on hold from holdfast_app;
grant update (released_by, released_at, release_reason, ended_at) on hold to holdfast_app;

-- What a hold reaches besides the recordings it names. Every dimension that is stated must match; null is not stated.
-- Read by recorder-core/policy/hold-query.ts, which says the same in TypeScript.
create table hold_query (
  tenant_id uuid not null references tenant,
  hold_id   uuid not null,
  from_at   timestamptz, -- the call was not over before
  to_at     timestamptz, -- the call had begun before
  addresses text[] check (cardinality(addresses) > 0), -- one of `address_keys`, of any party
  names     text[] check (cardinality(names) > 0), -- folded; all words of one of them in the name of one party
  classes   text[] check (cardinality(classes) > 0),
  regions   text[] check (cardinality(regions) > 0),
  call_ids  text[] check (cardinality(call_ids) > 0),
  sources   text[] check (cardinality(sources) > 0),
  words     text[] check (cardinality(words) > 0), -- folded; every one somewhere in call id, names, addresses, labels
  primary key (tenant_id, hold_id),
  foreign key (tenant_id, hold_id) references hold (tenant_id, id),
  check (from_at < to_at)
);
select protect_by_tenant('hold_query');
grant select, insert on hold_query to holdfast_app;

-- Telling connected systems and the object store of one change of a hold by query, in pages; how far it has come.
create table hold_spread (
  tenant_id uuid not null references tenant,
  id        uuid not null,
  hold_id   uuid not null,
  act       text not null check (act in ('hold.placed', 'hold.released', 'hold.restored')),
  after     uuid, -- recordings up to this one were looked at
  told      int not null default 0,
  done_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, hold_id) references hold (tenant_id, id)
);
create index hold_spread_of on hold_spread (tenant_id, hold_id);
select protect_by_tenant('hold_spread');
grant select, insert, update on hold_spread to holdfast_app;

-- `foldWords` of recorder-core/policy/fold-words.ts; the ranges are those of \p{M} (Unicode 17).
create function fold_words(given text) returns text
  language sql immutable parallel safe
  return case when given !~ '[^\u0001-\u007f]' then
    btrim(regexp_replace(lower(given), '[\t-\r ]+', ' ', 'g'))
  else
    btrim(regexp_replace(replace(lower(upper(lower(regexp_replace(normalize(given, nfkd), '['
      || '\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8'
      || '\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b\u0897-\u089f'
      || '\u08ca-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09c4\u09c7-\u09c8\u09cb-\u09cd\u09d7'
      || '\u09e2-\u09e3\u09fe\u0a01-\u0a03\u0a3c\u0a3e-\u0a42\u0a47-\u0a48\u0a4b-\u0a4d\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0ac5\u0ac7-\u0ac9'
      || '\u0acb-\u0acd\u0ae2-\u0ae3\u0afa-\u0aff\u0b01-\u0b03\u0b3c\u0b3e-\u0b44\u0b47-\u0b48\u0b4b-\u0b4d\u0b55-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bc2'
      || '\u0bc6-\u0bc8\u0bca-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c44\u0c46-\u0c48\u0c4a-\u0c4d\u0c55-\u0c56\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cc4'
      || '\u0cc6-\u0cc8\u0cca-\u0ccd\u0cd5-\u0cd6\u0ce2-\u0ce3\u0cf3\u0d00-\u0d03\u0d3b-\u0d3c\u0d3e-\u0d44\u0d46-\u0d48\u0d4a-\u0d4d\u0d57\u0d62-\u0d63'
      || '\u0d81-\u0d83\u0dca\u0dcf-\u0dd4\u0dd6\u0dd8-\u0ddf\u0df2-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0f19\u0f35'
      || '\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0f97\u0f99-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d'
      || '\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f\u1712-\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773\u17b4-\u17d3\u17dd\u180b-\u180d\u180f'
      || '\u1885-\u1886\u18a9\u1920-\u192b\u1930-\u193b\u1a17-\u1a1b\u1a55-\u1a5e\u1a60-\u1a7c\u1a7f\u1ab0-\u1add\u1ae0-\u1aeb\u1b00-\u1b04\u1b34-\u1b44'
      || '\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dff\u20d0-\u20f0'
      || '\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua674-\ua67d\ua69e-\ua69f\ua6f0-\ua6f1\ua802\ua806\ua80b\ua823-\ua827\ua82c'
      || '\ua880-\ua881\ua8b4-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953\ua980-\ua983\ua9b3-\ua9c0\ua9e5\uaa29-\uaa36\uaa43\uaa4c-\uaa4d\uaa7b-\uaa7d'
      || '\uaab0\uaab2-\uaab4\uaab7-\uaab8\uaabe-\uaabf\uaac1\uaaeb-\uaaef\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f\U000101fd'
      || '\U000102e0\U00010376-\U0001037a\U00010a01-\U00010a03\U00010a05-\U00010a06\U00010a0c-\U00010a0f\U00010a38-\U00010a3a\U00010a3f\U00010ae5-\U00010ae6'
      || '\U00010d24-\U00010d27\U00010d69-\U00010d6d\U00010eab-\U00010eac\U00010efa-\U00010eff\U00010f46-\U00010f50\U00010f82-\U00010f85\U00011000-\U00011002'
      || '\U00011038-\U00011046\U00011070\U00011073-\U00011074\U0001107f-\U00011082\U000110b0-\U000110ba\U000110c2\U00011100-\U00011102\U00011127-\U00011134'
      || '\U00011145-\U00011146\U00011173\U00011180-\U00011182\U000111b3-\U000111c0\U000111c9-\U000111cc\U000111ce-\U000111cf\U0001122c-\U00011237\U0001123e'
      || '\U00011241\U000112df-\U000112ea\U00011300-\U00011303\U0001133b-\U0001133c\U0001133e-\U00011344\U00011347-\U00011348\U0001134b-\U0001134d\U00011357'
      || '\U00011362-\U00011363\U00011366-\U0001136c\U00011370-\U00011374\U000113b8-\U000113c0\U000113c2\U000113c5\U000113c7-\U000113ca\U000113cc-\U000113d0'
      || '\U000113d2\U000113e1-\U000113e2\U00011435-\U00011446\U0001145e\U000114b0-\U000114c3\U000115af-\U000115b5\U000115b8-\U000115c0\U000115dc-\U000115dd'
      || '\U00011630-\U00011640\U000116ab-\U000116b7\U0001171d-\U0001172b\U0001182c-\U0001183a\U00011930-\U00011935\U00011937-\U00011938\U0001193b-\U0001193e'
      || '\U00011940\U00011942-\U00011943\U000119d1-\U000119d7\U000119da-\U000119e0\U000119e4\U00011a01-\U00011a0a\U00011a33-\U00011a39\U00011a3b-\U00011a3e'
      || '\U00011a47\U00011a51-\U00011a5b\U00011a8a-\U00011a99\U00011b60-\U00011b67\U00011c2f-\U00011c36\U00011c38-\U00011c3f\U00011c92-\U00011ca7'
      || '\U00011ca9-\U00011cb6\U00011d31-\U00011d36\U00011d3a\U00011d3c-\U00011d3d\U00011d3f-\U00011d45\U00011d47\U00011d8a-\U00011d8e\U00011d90-\U00011d91'
      || '\U00011d93-\U00011d97\U00011ef3-\U00011ef6\U00011f00-\U00011f01\U00011f03\U00011f34-\U00011f3a\U00011f3e-\U00011f42\U00011f5a\U00013440'
      || '\U00013447-\U00013455\U0001611e-\U0001612f\U00016af0-\U00016af4\U00016b30-\U00016b36\U00016f4f\U00016f51-\U00016f87\U00016f8f-\U00016f92\U00016fe4'
      || '\U00016ff0-\U00016ff1\U0001bc9d-\U0001bc9e\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46\U0001d165-\U0001d169\U0001d16d-\U0001d172\U0001d17b-\U0001d182'
      || '\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244\U0001da00-\U0001da36\U0001da3b-\U0001da6c\U0001da75\U0001da84\U0001da9b-\U0001da9f'
      || '\U0001daa1-\U0001daaf\U0001e000-\U0001e006\U0001e008-\U0001e018\U0001e01b-\U0001e021\U0001e023-\U0001e024\U0001e026-\U0001e02a\U0001e08f'
      || '\U0001e130-\U0001e136\U0001e2ae\U0001e2ec-\U0001e2ef\U0001e4ec-\U0001e4ef\U0001e5ee-\U0001e5ef\U0001e6e3\U0001e6e6\U0001e6ee-\U0001e6ef\U0001e6f5'
      || '\U0001e8d0-\U0001e8d6\U0001e944-\U0001e94a\U000e0100-\U000e01ef'
      || ']', '', 'g') collate pg_unicode_fast))), 'ς', 'σ'),
      '[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+', ' ', 'g'))
  end;

-- Without scheme, brackets and parameters.
create function bare_address(folded text) returns text
  language sql immutable parallel safe
  return regexp_replace(regexp_replace(folded, '^<?(sips?|tel):', ''), '[;?>].*$', '');

-- The digits of what looks like a telephone number, with country code where one was given; empty for anything else.
create function phone_digits(account text) returns text
  language sql immutable parallel safe
  return case when account ~ '^[+0-9][0-9 ()./-]*$' and length(regexp_replace(account, '[^0-9]', '', 'g')) >= 3
              then regexp_replace(regexp_replace(account, '[^0-9]', '', 'g'), '^00', '') else '' end;

-- `addressKeys` of recorder-core/policy/hold-query.ts: the whole address, its user, and its number.
create function address_keys(address text) returns text[]
  language sql immutable parallel safe
  return array_remove(array[
    bare_address(fold_words(address)),
    split_part(bare_address(fold_words(address)), '@', 1),
    phone_digits(split_part(bare_address(fold_words(address)), '@', 1))], '');

-- Folded once, when a party is written, and not for every hold that is compared. Rewrites the table.
alter table party
  add address_keys text[] generated always as (address_keys(address)) stored,
  add folded_name text generated always as (fold_words(coalesce(name, ''))) stored,
  add folded text generated always as
    (fold_words(coalesce(name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(label, ''))) stored;

-- The one place where SQL says whether a query reaches a recording: a row, or none. A planner takes the body for the call.
create function query_reaches(q hold_query, r recording) returns setof boolean
  language sql stable rows 1 as $$
  select true
   where (q.from_at is null or r.ended_at >= q.from_at)
     and (q.to_at is null or r.started_at < q.to_at)
     and (q.classes is null or r.retention_class = any (q.classes) or r.further_classes && q.classes)
     and (q.regions is null or r.region = any (q.regions))
     and (q.call_ids is null or r.call_id = any (q.call_ids))
     and (q.sources is null or r.source = any (q.sources))
     and (q.addresses is null or exists (
           select from party p
            where p.tenant_id = r.tenant_id and p.recording_id = r.id and p.address_keys && q.addresses))
     and (q.names is null or exists (
           select from party p, unnest(q.names) wanted
            where p.tenant_id = r.tenant_id and p.recording_id = r.id
              and not exists (select from unnest(string_to_array(wanted, ' ')) word
                               where strpos(p.folded_name, word) = 0)))
     and (q.words is null or not exists (
           select from unnest(q.words) word
            where strpos(fold_words(coalesce(r.call_id, '')), word) = 0
              and not exists (select from party p
                               where p.tenant_id = r.tenant_id and p.recording_id = r.id
                                 and strpos(p.folded, word) > 0)))
$$;

-- Whether anything of a recording can be kept: from the destruction of its last key on, no hold reaches it any more.
create function is_shredded(r recording) returns boolean
  language sql stable
  return r.state = 'disposed' or (r.state = 'disposing' and not exists (
    select from part p join data_key d on d.tenant_id = p.tenant_id and d.part_id = p.id
     where p.tenant_id = r.tenant_id and p.recording_id = r.id));

-- The holds on a recording, by item and by query: those that stand and those whose release may still be in its grace;
-- with `ended_too` all that there ever were. One hold may come twice. Every claim, decision and list asks this.
create function holds_on(r recording, ended_too boolean) returns table (hold_id uuid, released_at timestamptz)
  language sql stable rows 1 as $$
  select h.id, h.released_at
    from hold_item i join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id
   where i.tenant_id = r.tenant_id and i.recording_id = r.id and (ended_too or h.ended_at is null)
  union all
  select h.id, h.released_at
    from hold h
    join hold_query q on q.tenant_id = h.tenant_id and q.hold_id = h.id
    cross join lateral query_reaches(q, r)
   where h.tenant_id = r.tenant_id and h.by_query and (ended_too or h.ended_at is null)
     and (r.state not in ('disposing', 'disposed') or not is_shredded(r))
$$;

-- Placing a hold by query names no recordings whose rows it could lock. So whoever destroys goes through the tenant's
-- gate first, many at a time, and whoever places such a hold closes it: one of the two comes first, and the other sees it.
-- Both last until the transaction ends. Always before a recording's row lock, so that nobody waits in a circle.
create function pass_hold_gate(tenant uuid) returns void
  language sql volatile
  return pg_advisory_xact_lock_shared(hashtextextended('hold-gate/' || tenant, 0));
create function close_hold_gate(tenant uuid) returns void
  language sql volatile
  return pg_advisory_xact_lock(hashtextextended('hold-gate/' || tenant, 0));

-- The last guard of a key, now also against holds by query; the gate makes it right whatever the code above it forgot.
create or replace function refuse_to_lose_a_key() returns trigger
  language plpgsql as $$
declare
  replayed timestamptz;
begin
  perform pass_hold_gate(old.tenant_id);
  select t.replayed_at into replayed
    from tombstone_key k join tombstone t on t.tenant_id = k.tenant_id and t.id = k.tombstone_id
   where k.tenant_id = old.tenant_id and k.part_id = old.part_id and t.withdrawn_at is null;
  if not found then
    raise exception 'The data key of part % is not destroyed: no tombstone stands for it.', old.part_id
      using errcode = 'insufficient_privilege';
  end if;
  -- A replayed tombstone is younger than every hold that a restored database still shows.
  if replayed is null and exists (
    select from part p
      join recording r on r.tenant_id = p.tenant_id and r.id = p.recording_id
      cross join lateral holds_on(r, false) h
     where p.tenant_id = old.tenant_id and p.id = old.part_id and h.released_at is null) then
    raise exception 'The data key of part % is not destroyed: a hold is on its recording.', old.part_id
      using errcode = 'insufficient_privilege';
  end if;
  return old;
end
$$;

-- What describes a held recording is evidence too: nobody changes or removes it, not even the owner of the tables.
create function refuse_to_change_held() returns trigger
  language plpgsql as $$
declare
  described uuid := coalesce(to_jsonb(old) ->> 'recording_id', to_jsonb(old) ->> 'id')::uuid;
begin
  if exists (
    select from recording r cross join lateral holds_on(r, false) h
     where r.tenant_id = old.tenant_id and r.id = described and h.released_at is null and not is_shredded(r)) then
    raise exception 'Recording % is held: what describes it is not changed or removed until the hold is released.', described
      using errcode = 'insufficient_privilege', table = tg_table_name, constraint = 'held_metadata';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger keep_held before update or delete on party for each row execute function refuse_to_change_held();
create trigger keep_held before update or delete on recording_identity for each row execute function refuse_to_change_held();
create trigger keep_held before update or delete on recording_relation for each row execute function refuse_to_change_held();
create trigger keep_held before delete on part for each row execute function refuse_to_change_held();
create trigger keep_held_part before update on part for each row
  when ((old.recording_id, old.kind, old.label, old.version, old.bytes, old.sha256, old.sha512, old.created_at)
        is distinct from (new.recording_id, new.kind, new.label, new.version, new.bytes, new.sha256, new.sha512, new.created_at)
        or old.clock_plan is distinct from new.clock_plan)
  execute function refuse_to_change_held();
create trigger keep_held before delete on recording for each row execute function refuse_to_change_held();
create trigger keep_held_recording before update on recording for each row
  when ((old.id, old.region, old.source, old.call_id, old.started_at, old.ended_at, old.duration_ms, old.partial,
         old.retention_class, old.further_classes, old.group_sequence, old.created_at)
        is distinct from (new.id, new.region, new.source, new.call_id, new.started_at, new.ended_at, new.duration_ms,
         new.partial, new.retention_class, new.further_classes, new.group_sequence, new.created_at)
        or old.consent is distinct from new.consent or old.warnings is distinct from new.warnings
        or old.quality is distinct from new.quality)
  execute function refuse_to_change_held();
