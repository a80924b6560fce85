//! Running the server: settings, commands, logs, health, and its end.

mod activity;
mod audit;
mod backup;
mod commands;
mod failures;
mod health;
mod limits;
mod logs;
mod redis;
mod schema;
mod settings;
mod stop;
mod wallet;
