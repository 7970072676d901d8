-- How well each party could be heard, as measured over its whole packet log when the recording was sealed.
-- The course over time stands in the metadata part.
alter table recording add column quality jsonb not null default '[]';

-- Where a media part stands on the wall clock beside the other parties of its call: small, and needed for every playback.
alter table part add column clock_plan jsonb;
