-- The application may say who looks after a matter; its other columns stay as they are granted in 0019.
grant update (owner_id) on matter to holdfast_app;
