-- A database as the first schema had it, with two revisions, an edit that is
-- not committed and edits that were undone.
PRAGMA application_id = 1380009037;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE change (
	step INTEGER NOT NULL REFERENCES step,
	number INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	old_version INTEGER REFERENCES version,
	old_place INTEGER,
	new_version INTEGER REFERENCES version,
	new_place INTEGER,
	PRIMARY KEY (step, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "change" VALUES(1,0,0,NULL,NULL,1,0);
INSERT INTO "change" VALUES(1,1,1,NULL,NULL,2,0);
INSERT INTO "change" VALUES(1,2,2,NULL,NULL,3,0);
INSERT INTO "change" VALUES(2,0,0,NULL,NULL,4,1);
INSERT INTO "change" VALUES(3,0,1,2,0,5,0);
INSERT INTO "change" VALUES(4,0,1,2,0,6,0);
INSERT INTO "change" VALUES(5,0,0,1,0,NULL,NULL);
INSERT INTO "change" VALUES(6,0,2,NULL,NULL,7,1);
CREATE TABLE chunk (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	body BLOB NOT NULL
) STRICT;
INSERT INTO "chunk" VALUES(1,X'7C7DD5285208EA4515C5D4079877085043E12E480398769347B523A0B7190AEA',X'04C0000200C00002FF8620010DB800000000000000000000000020010DB80000FFFFFFFFFFFFFFFFFFFF000000044C796F6E');
INSERT INTO "chunk" VALUES(2,X'AD300269BC0BE40667F7A48253F3F8E748E67A52F33B059253AC69F4FA4F16E7',X'040A0000000AFFFFFF640000000F76706E2E6578616D706C652E636F6D6C000000086272616E63686573');
INSERT INTO "chunk" VALUES(3,X'45462CD3740333131574D2A8FE01F99CE84784E6FA2E2BC58C0253A54A4C5A48',X'04CB007100CB0071FF');
INSERT INTO "chunk" VALUES(4,X'703ACAB0EDF6F1D33B0FAFDDD76A7FA343E2224B0F307ACAB39A02072F00D7EB',X'720000002F7B2022646F6D61696E223A20227261746573742E636F6D222C2022616374696F6E223A2022696E626F756E6422207D72000000327B2022646F6D61696E223A20226261642E7261746573742E636F6D222C2022616374696F6E223A202272656A65637422207D');
INSERT INTO "chunk" VALUES(5,X'03212B3FE024ED726B9218736575F2AC11537A65A3524A64E508EEC6D432AE7D',X'04C6336400C63364FF04C6336407C6336407');
INSERT INTO "chunk" VALUES(6,X'E53B002B3D6C75BAA5323D2B291BB6165EF52F82E072E05B1223BB75C622BC17',X'040A0000000AFFFFFF640000000F76706E2E6578616D706C652E636F6D6C000000086272616E636865736C00000008706172746E657273');
CREATE TABLE draft (
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version,
	head INTEGER NOT NULL,
	PRIMARY KEY (kind, name),
	UNIQUE (kind, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "draft" VALUES(0,'branches',0,1,9);
INSERT INTO "draft" VALUES(0,'partners',1,4,2);
INSERT INTO "draft" VALUES(1,'internet',0,6,5);
INSERT INTO "draft" VALUES(2,'mx1',0,3,1);
CREATE TABLE member (
	revision INTEGER NOT NULL REFERENCES revision,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version,
	PRIMARY KEY (revision, kind, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "member" VALUES(1,0,0,1);
INSERT INTO "member" VALUES(1,1,0,2);
INSERT INTO "member" VALUES(1,2,0,3);
INSERT INTO "member" VALUES(2,0,0,1);
INSERT INTO "member" VALUES(2,0,1,4);
INSERT INTO "member" VALUES(2,1,0,5);
INSERT INTO "member" VALUES(2,2,0,3);
CREATE TABLE move (
	head INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	step INTEGER NOT NULL REFERENCES step,
	way INTEGER NOT NULL CHECK (way BETWEEN 0 AND 2)
) STRICT;
INSERT INTO "move" VALUES(1,1772355600,'ana',1,0);
INSERT INTO "move" VALUES(2,1772447400,'ana',2,0);
INSERT INTO "move" VALUES(3,1772447400,'ana',3,0);
INSERT INTO "move" VALUES(4,1772447400,'ana',3,1);
INSERT INTO "move" VALUES(5,1772447400,'ana',4,0);
INSERT INTO "move" VALUES(6,1772447400,'ana',5,0);
INSERT INTO "move" VALUES(7,1772447400,'ana',6,0);
INSERT INTO "move" VALUES(8,1772447400,'ana',6,1);
INSERT INTO "move" VALUES(9,1772447400,'ana',5,1);
CREATE TABLE part (
	version INTEGER NOT NULL REFERENCES version,
	slot TEXT NOT NULL,
	series INTEGER NOT NULL REFERENCES series,
	PRIMARY KEY (version, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO "part" VALUES(1,'entries',1);
INSERT INTO "part" VALUES(2,'clients',2);
INSERT INTO "part" VALUES(2,'connection',2);
INSERT INTO "part" VALUES(2,'local',2);
INSERT INTO "part" VALUES(2,'never',4);
INSERT INTO "part" VALUES(2,'relay',3);
INSERT INTO "part" VALUES(2,'routing.list',5);
INSERT INTO "part" VALUES(4,'entries',6);
INSERT INTO "part" VALUES(5,'clients',2);
INSERT INTO "part" VALUES(5,'connection',2);
INSERT INTO "part" VALUES(5,'local',2);
INSERT INTO "part" VALUES(5,'never',4);
INSERT INTO "part" VALUES(5,'relay',7);
INSERT INTO "part" VALUES(5,'routing.list',5);
INSERT INTO "part" VALUES(6,'clients',2);
INSERT INTO "part" VALUES(6,'connection',2);
INSERT INTO "part" VALUES(6,'local',2);
INSERT INTO "part" VALUES(6,'never',4);
INSERT INTO "part" VALUES(6,'relay',3);
INSERT INTO "part" VALUES(6,'routing.list',5);
CREATE TABLE pin (
	id INTEGER PRIMARY KEY,
	gateway TEXT NOT NULL,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	type TEXT NOT NULL,
	blob BLOB NOT NULL
) STRICT;
CREATE TABLE push (
	generation INTEGER PRIMARY KEY,
	gateway TEXT NOT NULL,
	revision INTEGER NOT NULL,
	digest TEXT NOT NULL,
	started INTEGER NOT NULL,
	ended INTEGER NOT NULL,
	author TEXT NOT NULL,
	state TEXT NOT NULL,
	detail TEXT
) STRICT;
CREATE TABLE revision (
	number INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	message TEXT NOT NULL,
	overrides TEXT,
	step INTEGER NOT NULL,
	policy BLOB NOT NULL CHECK (length(policy) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
INSERT INTO "revision" VALUES(1,1772355600,'ana','first',NULL,1,X'3368854B81F57422502ACFE2DC03319234369AD5A1B57EC9259F7958F3CE46F8',X'B00A42A51E69512E89F57E6972F5A459BA8F1CB7B37EBCF4EF1A58B81063BB05');
INSERT INTO "revision" VALUES(2,1772447400,'bob','second',NULL,3,X'E92E93A94F6EBE9B62AF320BFF3D97884217E837C51B4799650374273F46F840',X'EB8DE0D0FA8A904CBE48A6261632D3C31ADA54076186DDED6175B918E639774C');
CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	chunks BLOB NOT NULL
) STRICT;
INSERT INTO "series" VALUES(1,X'9C84027D152BDA41072C2D7C20B367C9E2F468A8EFB178F716542320A4D24294',X'0000000000000001');
INSERT INTO "series" VALUES(2,X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855',X'');
INSERT INTO "series" VALUES(3,X'51BD82884CA2A6E5973BA4B317E3DEC52A401EC563D53921C3661A17D01A253C',X'0000000000000002');
INSERT INTO "series" VALUES(4,X'A5FF7905CE07C0C29D356151598118E3C7C703EAE0BB3B7986408F0349A9E078',X'0000000000000003');
INSERT INTO "series" VALUES(5,X'B676B30520D4E09CA7AF676B7673423774421F393E2A0012EA009DD1FDF16679',X'0000000000000004');
INSERT INTO "series" VALUES(6,X'79F81305EB441E2AE04ED4AF3E301214FCA9CD9FED334C60C39BA433D509D3E9',X'0000000000000005');
INSERT INTO "series" VALUES(7,X'4360F3C9FC5C6ED6931426E78A39DC1FF0F1B4179607C7DE05D65F941D9B2A4B',X'0000000000000006');
CREATE TABLE step (
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	label TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2)
) STRICT;
INSERT INTO "step" VALUES(1,1772355600,'ana','load policy.json',0);
INSERT INTO "step" VALUES(2,1772447400,'ana','add list partners',0);
INSERT INTO "step" VALUES(3,1772447400,'ana','set server internet',2);
INSERT INTO "step" VALUES(4,1772447400,'ana','set server internet',0);
INSERT INTO "step" VALUES(5,1772447400,'ana','remove list branches',1);
INSERT INTO "step" VALUES(6,1772447400,'ana','add gateway mx2',1);
CREATE TABLE version (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;
INSERT INTO "version" VALUES(1,X'D3708FD3CE2B7A42855A0419ABF8A76BFEA18CA8456B23629C306C62946196B9',0,'branches','{
  "name": "branches",
  "comment": ""
}');
INSERT INTO "version" VALUES(2,X'02CC964F9E14A6E33C7D2E507D00E775C0E2750B354CF8110253FBFD6C2DA979',1,'internet','{
  "name": "internet",
  "comment": "",
  "enabled": true,
  "listen": [ "0.0.0.0:25", "[::]:25" ],
  "authentication": {
    "anonymous": true,
    "basic": false,
    "tls": "offered"
  },
  "connection": {
    "mode": "all-except"
  },
  "relay": {
    "mode": "only",
    "authenticated": true
  },
  "routing": {
    "reroute": true,
    "restrictions": {
      "authenticated": false,
      "clients": {
        "enabled": false
      },
      "local": {
        "enabled": false
      }
    }
  }
}');
INSERT INTO "version" VALUES(3,X'79C7D2BBAB6DC01D47394207578DA659EBB6A053FA7DBA3354D780BB75C253F8',2,'mx1','{
  "name": "mx1",
  "group": null,
  "comment": "",
  "mta": "postfix",
  "ssh": {
    "host": "mx1.example.net",
    "port": 22,
    "user": "root",
    "jump": null,
    "become": "none"
  },
  "servers": [ "internet" ]
}');
INSERT INTO "version" VALUES(4,X'97FD69EF8483465D2DB59CB5F9A5CC17695EE0EDD6B59C0DF508D12BB06363B8',0,'partners','{
  "name": "partners",
  "comment": "Lyon"
}');
INSERT INTO "version" VALUES(5,X'319C0E076AC2945E0E58A56AC49468746F609436C9CC81FE0391FBD6D7535C34',1,'internet','{
  "name": "internet",
  "comment": "",
  "enabled": true,
  "listen": [ "0.0.0.0:25", "[::]:25" ],
  "authentication": {
    "anonymous": true,
    "basic": false,
    "tls": "offered"
  },
  "connection": {
    "mode": "all-except"
  },
  "relay": {
    "mode": "only",
    "authenticated": true
  },
  "routing": {
    "reroute": true,
    "restrictions": {
      "authenticated": false,
      "clients": {
        "enabled": false
      },
      "local": {
        "enabled": false
      }
    }
  }
}');
INSERT INTO "version" VALUES(6,X'90981EDC59D387DE4EAA0733DECFEF02E034EA301107517123F4762AA7E9DF9A',1,'internet','{
  "name": "internet",
  "comment": "x",
  "enabled": true,
  "listen": [ "0.0.0.0:25", "[::]:25" ],
  "authentication": {
    "anonymous": true,
    "basic": false,
    "tls": "offered"
  },
  "connection": {
    "mode": "all-except"
  },
  "relay": {
    "mode": "only",
    "authenticated": true
  },
  "routing": {
    "reroute": true,
    "restrictions": {
      "authenticated": false,
      "clients": {
        "enabled": false
      },
      "local": {
        "enabled": false
      }
    }
  }
}');
INSERT INTO "version" VALUES(7,X'7E075FA6FCE53C8ACCF5241ADEE85C807207C2DEFA90FBEFAF7B529654C57261',2,'mx2','{
  "name": "mx2",
  "group": null,
  "comment": "",
  "mta": "postfix",
  "ssh": {
    "host": "mx2.example.net",
    "port": 22,
    "user": "root",
    "jump": null,
    "become": "none"
  },
  "servers": [ "internet" ]
}');
CREATE INDEX step_state ON step (state, id);
CREATE INDEX pin_gateway ON pin (gateway, id);
CREATE INDEX push_gateway ON push (gateway, generation);
COMMIT;
