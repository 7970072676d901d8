-- What few recordings are is found among millions without looking at each: gaps, the way a call went, holds.

create index recording_gaps on recording (tenant_id, started_at desc, id desc)
  where quality @? '$[*] ? (@.lost > 0)';
create index call_record_direction on call_record (tenant_id, direction, recording_id) where recording_id is not null;
create index party_address_keys on party using gin (address_keys);

-- Recordings that a hold may reach, of these matters or of all: more than there are, never fewer, so whoever asks looks at each
-- again. By item and, where a query names addresses or people, by the index over parties; one null alone says that a
-- query names neither, and that what it reaches is found by walking. As the look-ups of migration 0055 it looks as the
-- owner, for the tenant of the transaction, and answers ids alone.
create function found_by_holds(matters uuid[], most int) returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  q hold_query;
  wanted text;
begin
  if exists (select from hold_query x join hold h on h.tenant_id = x.tenant_id and h.id = x.hold_id
              where x.tenant_id = current_tenant() and x.ended_at is null and x.addresses is null and x.names is null
                and (matters is null or h.matter_id = any (matters))) then
    return next null;
    return;
  end if;
  return query
    select i.recording_id from hold h join hold_item i on i.tenant_id = h.tenant_id and i.hold_id = h.id
     where h.tenant_id = current_tenant() and h.ended_at is null and (matters is null or h.matter_id = any (matters))
     limit most;
  for q in select x.* from hold_query x join hold h on h.tenant_id = x.tenant_id and h.id = x.hold_id
            where x.tenant_id = current_tenant() and x.ended_at is null and (matters is null or h.matter_id = any (matters)) loop
    if q.addresses is not null then
      return query execute format(
        'select p.recording_id from party p where p.tenant_id = current_tenant() and p.address_keys && %L::text[] limit %s',
        q.addresses, most);
    else
      foreach wanted in array q.names loop
        return query execute
          'select p.recording_id from party p where p.tenant_id = current_tenant()'
          || (select coalesce(string_agg(format(' and p.folded like %L',
                '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'), ''), '')
                from unnest(string_to_array(wanted, ' ')) word)
          || format(' limit %s', most);
      end loop;
    end if;
  end loop;
end
$$;
revoke execute on function found_by_holds(uuid[], int) from public;
grant execute on function found_by_holds(uuid[], int) to holdfast_app;
