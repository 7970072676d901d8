-- Copies for a person with their own lines alone: what is decided for a recording, and which lines an export gives of it.
alter table request_item drop constraint request_item_decision_check;
alter table request_item add constraint request_item_decision_check
  check (decision in ('give', 'give-side', 'withhold', 'erase', 'erase-side', 'restrict', 'keep'));
alter table export_item add column lines text[]; -- labels of the lines that are given; null: the whole recording
