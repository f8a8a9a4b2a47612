-- Where a revision was asked for; its chain covers it where there is one.
ALTER TABLE revision ADD COLUMN ticket TEXT;
