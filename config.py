"""What an operator sets: take the mark # away and change the value; DOCCTL_<NAME> of the environment goes before it.

Read at each start, and imported by nothing. Where docctl was installed without this file, DOCCTL_CONFIG names one.
"""

# Data folder of the library.
# DATA = "data"

# Database, where it is not SQLite in the data folder.
# DATABASE_URL = ""

# Address to listen on.
# HOST = "127.0.0.1"

# Port to listen on.
# PORT = 5000

# Processes that answer pages.
# WORKERS = 2

# Threads of each of them.
# THREADS_PER_WORKER = 4

# Address in links, with https:// or http://.
# BASE_URL = ""

# How many reverse proxies may set forwarded headers.
# TRUSTED_PROXIES = 0

# Largest file that is taken in.
# UPLOAD_LIMIT_MB = 25

# Files that one person may send at a time.
# UPLOADS_AT_ONCE = 2

# Files that one person may send in a minute.
# UPLOADS_PER_MINUTE = 600

# Virus scanner that every file from outside has to pass.
# SCAN_COMMAND = ""

# How long the scanner may take for a file.
# SCAN_SECONDS = 60

# How long a session lasts when nobody is seen.
# SESSION_IDLE_MINUTES = 600

# How often the followers look.
# FOLLOW_SECONDS = 0.5

# Conversions at a time during import.
# CONVERSION_WORKERS = 2

# Who writes the PDF of what was written in Word.
# WORD_PAGES = "libreoffice"

# Folder that gets a signed checkpoint every day.
# CHECKPOINT_FOLDER = ""

# Mail address that gets it.
# CHECKPOINT_MAIL = ""

# Bare repository that what is new is pushed to.
# MIRROR = ""

# Form of the log.
# LOG_FORMAT = "json"

# File of the log, where it is not standard error.
# LOG_FILE = ""

# Token that a machine shows to read /metrics.
# METRICS_TOKEN = ""

# Days after the newest event at which a clock has leapt; 0 for never.
# CLOCK_LEAP_DAYS = 366

# Free space below which nothing is recorded.
# DISK_FLOOR_MB = 500

# The same as a share of the disk.
# DISK_FLOOR_PERCENT = 5

# Mail server as host:port; without it no mail is sent.
# MAIL_SERVER = ""

# Sender of notices.
# MAIL_FROM = ""

# Login at the mail server.
# MAIL_LOGIN = ""

# Password at the mail server.
# MAIL_PASSWORD = ""

# No only for a mail server on the same machine.
# MAIL_STARTTLS = True
