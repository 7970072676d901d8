-- A receipt says what was sent by a digest of the content, besides operation and revision: what somebody holds can be compared
-- with it. The digest is salted, and the salt goes with the people of the recording: a number could be guessed otherwise. Older
-- receipts, and those of what was not confirmed, have none.
alter table receipt add column content_sha256 text check (content_sha256 ~ '^[0-9a-f]{64}$');
alter table receipt add column content_salt text check (content_salt ~ '^[0-9a-f]{32}$');
grant update (content_salt) on receipt to holdfast_app;
