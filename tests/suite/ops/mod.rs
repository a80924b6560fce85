//! Running the server: settings, commands, logs, health, and its end.

mod backup;
mod commands;
mod health;
mod logs;
mod settings;
mod stop;
