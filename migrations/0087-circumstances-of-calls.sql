-- People and systems tell a recorder that a circumstance of a running call begins or ends, such as that card data is given.
alter table recorder_command drop constraint recorder_command_verb_check;
alter table recorder_command add constraint recorder_command_verb_check
  check (verb in ('pause', 'resume', 'end', 'snapshot', 'consent', 'circumstance', 'drain', 'undrain'));
-- The check on what a command carries was made without a name.
do $$
declare
  found text;
begin
  select conname into strict found from pg_constraint
   where conrelid = 'recorder_command'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%payload%';
  execute format('alter table recorder_command drop constraint %I', found);
end
$$;
alter table recorder_command add constraint recorder_command_payload_check
  check ((verb in ('consent', 'circumstance')) = (payload is not null));
