"""Which act rebuilds which rows: every act there is stands in exactly one of the two lists."""

from docctl.domain.trail.audit_trail import Act
from docctl.replay import administration, adoption, audits, duties, people, retention, revisions, signing, units
from docctl.replay.replaying import Rebuild

REBUILDS: dict[Act, Rebuild] = {
    **administration.REBUILDS,
    **revisions.REBUILDS,
    **retention.REBUILDS,
    **adoption.REBUILDS,
    **audits.REBUILDS,
    **signing.REBUILDS,
    **duties.REBUILDS,
    **units.REBUILDS,
    **people.REBUILDS,
}

# What these did is a secret that is in no Git, is kept nowhere but in the trail, is told by another event too, or lets
# the records of other events be gone, which then read so.
CHANGES_NO_ROW = frozenset(
    {
        Act.USER_LINK_ISSUED,
        Act.USER_LINK_MAILED,
        Act.USER_PASSWORD_CHOSEN,
        Act.USER_PASSWORD_HASHED_ANEW,
        Act.USER_SIGNED_IN,
        Act.USER_SIGN_IN_REFUSED,
        Act.USER_SIGN_IN_THROTTLED,
        Act.USER_SIGN_IN_NOT_LOOKED_AT,
        Act.USER_SESSION_ENDED,
        Act.USER_SESSIONS_CLOSED,
        Act.SECOND_FACTOR_SET_UP,
        Act.SECOND_FACTOR_REMOVED,
        Act.SECOND_FACTOR_REFUSED,
        Act.RECOVERY_CODES_RENEWED,
        Act.RECOVERY_CODE_USED,
        Act.DRAFT_RESTORED,
        Act.SIGNING_REFUSED,
        Act.CLOCK_REGRESSED,
        Act.CLOCK_LEAPT,
        Act.CLOCK_CONFIRMED,
        Act.DOCUMENT_REASSIGNED,
        Act.SECURITY_ALERT,
        Act.UPLOAD_REFUSED,
        Act.AUDITOR_LOOKED,
        Act.CHECKPOINT_WRITTEN,
        Act.SIGNING_KEY_ROTATED,
        Act.NOTICES_SENT_AGAIN,
        Act.MIRROR_DENIED,
        Act.LIBRARY_BACKED_UP,
        Act.LIBRARY_EXPORTED,
        Act.LIBRARY_UPGRADED,
        Act.LIBRARY_REHEARSED,
        Act.LIBRARY_RESTORED,
        Act.LIBRARY_REBUILT,
        Act.LIBRARY_REPAIRED,
        Act.LOSS_ACCEPTED,
        Act.MAINTENANCE_BEGUN,
        Act.MAINTENANCE_ENDED,
        Act.GIT_ADOPTED,
        Act.BYTES_FETCHED,
        Act.SIGNING_KEY_LOST,
        Act.HISTORY_BROKEN,
        Act.RECORDS_DISPOSED,
    }
)
