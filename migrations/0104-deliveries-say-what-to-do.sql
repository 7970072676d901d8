-- What a person can do about a failure was thrown away with everything but its title. Of failures before this it is not known.
alter table delivery add column error_fix text;
alter table delivery_gate add column error_fix text;
