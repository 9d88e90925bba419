"""“添加报告”: files are dropped on a page, looked at beside what was read of them, corrected and indexed."""
