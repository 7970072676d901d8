-- Digest and salt of a receipt are bytes: half as long, and a length is checked in no time, where each letter of a text was compared
-- with sixteen. What is no hexadecimal text is refused by whoever makes bytes of it.
alter table receipt
  drop constraint receipt_content_sha256_check,
  drop constraint receipt_content_salt_check;
alter table receipt
  alter column content_sha256 type bytea using decode(content_sha256, 'hex'),
  alter column content_salt type bytea using decode(content_salt, 'hex');
alter table receipt
  add constraint receipt_content_sha256_check check (octet_length(content_sha256) = 32),
  add constraint receipt_content_salt_check check (octet_length(content_salt) = 16);

-- The recording that a receipt is about is its subject, where that is a recording: said once.
alter table receipt drop column recording_id;
alter table receipt add column recording_id uuid
  generated always as (case when subject_type = 'recording' then subject_id end) virtual;
