-- Made by foot-routine as of 2026-11-28, schema 2: two listeners, one in the middle of a routine, one set aside.
PRAGMA application_id = 1718579060;
PRAGMA user_version = 2;
PRAGMA journal_mode = wal;
BEGIN TRANSACTION;
CREATE TABLE kept (
            listener TEXT NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            state TEXT NOT NULL
        );
INSERT INTO "kept" VALUES('vvbkQwdJek-Nk4gUsADsbtp-',18,1802246490000,'{"version":1,"exercise":"ankle_circles","foot":"right","set":3,"rep":0,"phase":"leading","entered":false,"since":{"exercise":"ankle_circles","foot":"right","set":3},"until":6,"began":1767686490000,"lead_ms":0,"started":1767686245000,"at":1767686490000,"asked":"nothing","done":{"ankle_circles":{"right":[1,2],"left":[1]}},"skipped":["heel_raises"],"hurt":{"heel_raises":3},"pained":["heel_raises"],"said":{"all_right":1,"going_on":1},"reminder":"","saved":17,"wishes":{"minutes":15,"level":"gentle"},"memory":{"times":{"heel_raises":1,"ankle_circles":1},"sessions":1,"led_ms":1059590,"streak":1,"last":1767599615000,"ask_about":["heel_raises"],"noticed":true}}');
CREATE TABLE session (
            number INTEGER PRIMARY KEY,
            listener TEXT NOT NULL,
            expires INTEGER NOT NULL,
            entry NOT NULL
        );
INSERT INTO "session" VALUES(1,'vvbkQwdJek-Nk4gUsADsbtp-',2083823815000,'{"at":1767598215000,"minutes":18,"done":["heel_raises","ankle_circles"],"planned":["heel_raises","toe_walking","ankle_circles","toe_curls","resisted_flexion"]}');
INSERT INTO "session" VALUES(2,'spoilt',2083910490000,'{"at":1767598200000}');
CREATE TABLE set_aside (
            listener TEXT NOT NULL,
            version,
            expires INTEGER NOT NULL,
            state,
            why TEXT NOT NULL
        );
INSERT INTO "set_aside" VALUES('spoilt',1,1802246490000,'{"step":1}','odd');
CREATE INDEX set_aside_listener ON set_aside (listener);
CREATE INDEX session_listener ON session (listener, number);
CREATE INDEX session_expires ON session (expires);
COMMIT;
