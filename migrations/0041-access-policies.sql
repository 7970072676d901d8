-- Versions of the policies of access that a tenant adds to the shipped ones. A text is never changed: an older one comes back
-- as a new version, so that an old decision is answered by the text that it was made with.

create table access_policy (
  tenant_id     uuid not null references tenant,
  version       int not null check (version > 0),
  digest        text not null check (digest ~ '^[0-9a-f]{64}$'), -- SHA-256 of text and examples
  text          text not null check (octet_length(text) <= 500000), -- in Cedar's language
  examples      jsonb not null, -- questions with the answers they must have
  note          text not null, -- why, in the words of whoever made it
  repeats       int, -- the version whose text this is once more
  state         text not null check (state in ('draft', 'asked', 'published', 'superseded')),
  made_by       uuid not null,
  made_at       timestamptz not null,
  instead_of    int, -- the version that was published when a second person was asked; 0: none
  published_by  uuid, -- the second person
  published_at  timestamptz,
  superseded_at timestamptz,
  primary key (tenant_id, version),
  foreign key (tenant_id, made_by) references app_user (tenant_id, id),
  foreign key (tenant_id, published_by) references app_user (tenant_id, id),
  check ((state in ('published', 'superseded')) = (published_at is not null)),
  check (published_by is distinct from made_by)
);
create unique index access_policy_published on access_policy (tenant_id) where state = 'published';
select protect_by_tenant('access_policy');
grant select, insert, update (state, instead_of, published_by, published_at, superseded_at) on access_policy to holdfast_app;

-- Hub processes keep the compiled policies: they are told in the commit that publishes others.
create function tell_published_policy() returns trigger language plpgsql as $$
begin
  perform pg_notify('access_policy_published', new.tenant_id::text);
  return null;
end;
$$;
create trigger tell_published_policy after update on access_policy for each row
  when (new.state = 'published' and old.state is distinct from new.state) execute function tell_published_policy();
