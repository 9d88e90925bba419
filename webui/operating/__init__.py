"""What whoever runs the server sets and sees: limits, who asks, logs, figures, health."""
