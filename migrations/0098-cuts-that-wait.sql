-- What the end of a hold wakes: few cuts wait, among all that there ever were.
create index recording_cut_waiting on recording_cut (tenant_id, id) where state = 'waiting';
