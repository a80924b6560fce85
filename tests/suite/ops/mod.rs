//! Running the server: settings, commands, logs, health, and its end.

mod commands;
mod health;
mod logs;
mod redis;
mod settings;
mod stop;
