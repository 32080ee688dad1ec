"""The second factor at signing in and at signing: a code is used up, and none counts twice."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import Decision, DocumentControl
from docctl.domain.sign_in.second_factor import ONE_TIME_CODE, RECOVERY_CODE, RecoveryCode, SecondFactor, plain_code
from docctl.domain.trail.events.sign_in import RecoveryCodeUsed


def has_factor(session: Session, user_id: int) -> bool:
    """Say whether somebody has a second factor that is set up."""
    factor = session.get(SecondFactor, user_id)
    return factor is not None and factor.confirmed_at is not None


def code_holds(control: DocumentControl, user_id: int, code: str) -> str:
    """Use up a code, and return what kind it is; nothing where it is wrong, or was used before."""
    code = plain_code(code)
    with control.reading() as session:
        factor = session.get(SecondFactor, user_id)
    if factor is None or factor.confirmed_at is None:
        return ""
    step = tools.one_time_codes.step_of(device_key(control, factor), code, control.now())
    with control.remembering() as session:
        if step:
            newer = SecondFactor.user_id == user_id, SecondFactor.seed == factor.seed, SecondFactor.last_step < step
            used = update(SecondFactor).where(*newer).values(last_step=step).returning(SecondFactor.user_id)
            return ONE_TIME_CODE if session.execute(used).first() else ""
        mine = RecoveryCode.user_id == user_id, RecoveryCode.code_hash == tools.password_hasher.hash_secret(code)
        unused = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None))
        spent = session.execute(unused.values(used_at=control.now()).returning(RecoveryCode.id)).first()
        return RECOVERY_CODE if spent else ""


def note_code(decision: Decision, kind: str) -> None:
    """Record that a recovery code was used up, and how many are left."""
    if kind != RECOVERY_CODE:
        return
    mine = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == decision.person.id)
    left = decision.session.scalar(mine.where(RecoveryCode.used_at.is_(None))) or 0
    decision.record(RecoveryCodeUsed(left=left), decision.person.subject)
    decision.notify(
        decision.person,
        "A recovery code of yours was used",
        f"Somebody signed in as {decision.person.login} by a recovery code; {left} are left. If that was not you, tell "
        "an administrator at once.",
        path="/second-factor",
    )


def forget_factor(session: Session, user_id: int) -> None:
    """Take away somebody's device and their recovery codes."""
    for kept in (RecoveryCode, SecondFactor):
        for row in session.scalars(select(kept).where(kept.user_id == user_id)):
            session.delete(row)


def device_key(control: DocumentControl, factor: SecondFactor) -> str:
    """Return the key that a person's device and the library share."""
    return tools.one_time_codes.device_key(factor.seed, control.secret_key)
