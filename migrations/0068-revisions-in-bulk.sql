-- A statement that changes many recordings may raise their revisions itself: by one each, which the trigger need not do again.
-- Calling it is a good part of what the change of a row costs. Any other revision is still set right, so none ever stands still
-- or jumps.
drop trigger revision on recording;
create trigger revision before update on recording for each row
  when (new.revision is distinct from old.revision + 1) execute function raise_revision();
