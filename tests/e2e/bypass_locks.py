"""Ways around a lock by way of its file, its history and the permits it may need."""

from __future__ import annotations

import os

from e2e.bypass import AMOUNT, CONFIG, LOCK, MARTS, OWNERS, POLICY, Branch, attempt, honest


@attempt("RF105")
def the_lock_is_deleted(branch: Branch) -> None:
    """The lock file is deleted."""
    branch.git("rm", "-q", LOCK)


@attempt("RF105")
def the_lock_and_the_tag_are_deleted(branch: Branch) -> None:
    """The lock file is deleted and the tags are taken off, so that nothing is left that speaks of a lock."""
    branch.git("rm", "-q", LOCK)
    branch.edit(MARTS, "      tags: [critical, locked]\n", "")


@attempt("RF110")
def the_tombstone_is_deleted(branch: Branch) -> None:
    """A released lock's file is deleted, and with it who released it and why."""
    branch.lock("release", "fct_orders", "--reason", "FIN-2 paused")
    branch.edit(MARTS, "tags: [critical, locked]", "tags: []")
    branch.on_main()
    branch.git("rm", "-q", LOCK)


@attempt("RF001 RF105")
def the_lock_is_in_another_case(branch: Branch) -> None:
    """The lock file gets a capital letter, which is another model's lock."""
    branch.git("mv", LOCK, "ringfence/locks/Fct_orders.yml")


@attempt("RF105")
def the_lock_moves_out_of_the_folder(branch: Branch) -> None:
    """The lock file moves into a folder that nobody reads."""
    branch.write({"ringfence/old/.keep": ""})
    branch.git("mv", LOCK, "ringfence/old/fct_orders.yml")


@attempt("RF105 RF110")
def the_lock_is_a_symlink(branch: Branch) -> None:
    """The lock file becomes a symlink to a looser one."""
    (branch.folder / LOCK).rename(branch.folder / "loose.yml")
    os.symlink("../../loose.yml", branch.folder / LOCK)


@attempt("RF105")
def the_folder_is_a_symlink(branch: Branch) -> None:
    """The folder of locks becomes a symlink to a folder that somebody else fills."""
    (branch.folder / "ringfence/locks").rename(branch.folder / "loose")
    os.symlink("../loose", branch.folder / "ringfence/locks")


@attempt("RF105")
def the_lock_is_a_submodule(branch: Branch) -> None:
    """A submodule stands where the lock file was."""
    commit = branch.git("rev-parse", "HEAD")
    branch.git("rm", "-q", LOCK)
    branch.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{LOCK}")
    branch.git("commit", "-q", "-m", "module")


@attempt("RF001 RF101 RF110 RF111 RF112")
def a_second_lock_file_stands_beside_it(branch: Branch) -> None:
    """A file with the other suffix, which is read first, holds a looser lock."""
    text = branch.text(LOCK).replace("amount: integer", "amount: varchar")
    branch.write({LOCK.replace(".yml", ".yaml"): text.partition("changes:")[0] + "changes: []\n"})


@attempt("RF001 RF110")
def the_lock_is_made_unreadable(branch: Branch) -> None:
    """The lock file is broken, so that nothing is compared with it."""
    branch.write({LOCK: "interface: [\n"})
    branch.change()


@attempt("RF001 RF110 RF113")
def what_nobody_can_read_is_switched_off(branch: Branch) -> None:
    """The lock file is broken, and ringfence.yml says that unreadable files are nobody's business."""
    branch.write({LOCK: "interface: [\n", CONFIG: POLICY + "rules: {unreadable-file: {severity: off}}\n"})


@attempt("RF111 RF112")
def the_lock_is_edited_by_hand(branch: Branch) -> None:
    """The lock is written to fit what the model has become."""
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")


@attempt("RF110 RF111 RF112")
def the_tombstone_is_written_by_hand(branch: Branch) -> None:
    """The lock says that it is released, and its history that it never was anything else."""
    text = branch.text(LOCK)
    branch.write(
        {LOCK: text.replace("interface:", "released: true\ninterface:", 1).partition("changes:")[0] + "changes: []\n"}
    )


@attempt("RF110")
def the_reason_is_rewritten(branch: Branch) -> None:
    """An entry of the history gets another reason."""
    branch.edit(LOCK, "FIN-1 first", "FIN-1 whatever")


@attempt("RF110 RF112")
def the_lock_is_taken_anew(branch: Branch) -> None:
    """The lock file is deleted and taken anew from the changed model, with a history that begins today."""
    branch.change()
    branch.git("rm", "-q", LOCK)
    branch.lock("add", "fct_orders", "--reason", "FIN-9 first")


@attempt("RF110 RF112")
def an_update_is_reverted(branch: Branch) -> None:
    """A recorded change is reverted with git, and the record with it."""
    branch.change()
    branch.update()
    branch.on_main()
    branch.git("revert", "--no-edit", "HEAD")


@honest
def an_update_is_undone(branch: Branch) -> None:
    """A recorded change is undone, and that is recorded as well."""
    branch.change()
    branch.update()
    branch.on_main()
    branch.edit(MARTS, AMOUNT.replace("integer", "varchar"), AMOUNT)
    branch.update()


@attempt("RF112")
def the_reason_is_no_ticket(branch: Branch) -> None:
    """An entry is forged, seal and all, whose reason is not what the team asks for."""
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", reason="because")


@attempt("RF112")
def the_change_is_called_harmless(branch: Branch) -> None:
    """An entry is forged, seal and all, that calls a breaking change non-breaking."""
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", change_class="non-breaking")


@attempt("RF112")
def nobody_did_it(branch: Branch) -> None:
    """An entry is forged that says neither who did it nor when."""
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", by="", date="")


@attempt("RF108 RF112")
def the_guard_is_lowered(branch: Branch) -> None:
    """The lock is forged to guard the interface alone."""
    path = LOCK.replace("fct_orders", "fct_sales")
    text = branch.text(path).replace("guard: logic", "guard: interface")
    branch.write({path: text})
    branch.forge("fct_sales", "guard", change_class="non-breaking")


@attempt("RF117")
def no_permit(branch: Branch) -> None:
    """The team asks for permits, and the change is recorded without one."""
    branch.change()
    branch.update()
    branch.save()
    branch.git("checkout", "-q", "main")
    branch.write({CONFIG: POLICY + "  approval: prior\n"})
    branch.save()
    branch.git("checkout", "-q", "attempt")
    branch.git("rebase", "-q", "main")


@attempt("RF117")
def a_permit_in_the_same_range(branch: Branch) -> None:
    """The change brings the permit along that it needs."""
    branch.prior()
    branch.permit()
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", permit="p1")


@attempt("RF117")
def an_expired_permit(branch: Branch) -> None:
    """The permit is merged, and its last day is over."""
    branch.prior()
    branch.permit(days=-3)
    branch.on_main()
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", permit="p1")


@attempt("RF117")
def a_spent_permit(branch: Branch) -> None:
    """The permit is merged, and another change has spent it."""
    branch.prior()
    branch.permit()
    branch.on_main()
    branch.change()
    branch.update()
    branch.on_main()
    branch.edit(MARTS, AMOUNT.replace("integer", "varchar"), AMOUNT)
    branch.edit(LOCK, "amount: varchar", "amount: integer")
    branch.forge("fct_orders", "amount: varchar -> integer", permit="p1")


@attempt("RF117")
def a_permit_for_another_model(branch: Branch) -> None:
    """The permit is merged, for another model and a milder class."""
    branch.prior()
    branch.permit(models='"fct_sales"', classes='"breaking"')
    branch.on_main()
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", permit="p1")


@honest
def a_permit_that_is_merged(branch: Branch) -> None:
    """The permit is merged, and `lock update` finds and spends it."""
    branch.prior()
    branch.permit()
    branch.on_main()
    branch.change()
    branch.update()


@attempt("RF001")
def a_permit_for_ever(branch: Branch) -> None:
    """A permit is written that holds for a year."""
    branch.permit(days=365)


@attempt("RF118")
def a_change_in_a_freeze(branch: Branch) -> None:
    """The lock changes on a day on which no lock does."""
    branch.change()
    branch.update()
    branch.save()
    branch.git("checkout", "-q", "main")
    branch.write({CONFIG: POLICY + '  freeze: ["2020-01-01..2990-12-31"]\n'})
    branch.save()
    branch.git("checkout", "-q", "attempt")
    branch.git("rebase", "-q", "main")


@honest
def an_emergency_in_a_freeze(branch: Branch) -> None:
    """The lock changes in a freeze, as an emergency."""
    branch.write({CONFIG: POLICY + '  freeze: ["2020-01-01..2990-12-31"]\n  approval: prior\n'})
    branch.on_main()
    branch.change()
    branch.update("--emergency")


@attempt("RF112 RF117")
def an_emergency_without_end(branch: Branch) -> None:
    """An emergency is forged that lasts for years."""
    branch.prior()
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", expires="2999-01-01")


@attempt("RF119")
def an_emergency_that_is_over(branch: Branch) -> None:
    """An emergency is over and nobody settled it, and the model is changed once more."""
    branch.forge("fct_orders", "emergency", expires="2026-02-03")
    branch.on_main()
    branch.write({"models/marts/fct_orders.sql": branch.text("models/marts/fct_orders.sql") + "-- again\n"})


@honest
def an_emergency_that_is_over_elsewhere(branch: Branch) -> None:
    """An emergency is over and nobody settled it; a change of something else is warned, and passes."""
    branch.forge("fct_orders", "emergency", expires="2026-02-03")
    branch.on_main()
    branch.write({"models/staging/stg_days.sql": "select 1 as day\n"})


@attempt("RF116")
def an_owner_is_not_asked(branch: Branch) -> None:
    """The class of the change needs an owner whom CODEOWNERS does not name for the lock."""
    branch.write({CONFIG: POLICY + '  approvers: {breaking: ["@law"]}\n'})
    branch.on_main()
    branch.change()
    branch.update()


@attempt("RF115")
def renamed_away_from_its_owner(branch: Branch) -> None:
    """The model and its lock are renamed, and the line of CODEOWNERS still names the old file."""
    branch.write({OWNERS: f"{branch.text(OWNERS)}/{LOCK} @law\n"})
    branch.on_main()
    branch.git("mv", "models/marts/fct_orders.sql", "models/marts/fct_order.sql")
    branch.edit(MARTS, "name: fct_orders", "name: fct_order")
    branch.lock("rename", "fct_orders", "fct_order", "--reason", "FIN-2 one order")


@honest
def an_owner_is_asked(branch: Branch) -> None:
    """The class of the change needs an owner whom CODEOWNERS names for the lock."""
    branch.write({CONFIG: POLICY + '  approvers: {breaking: ["@law"]}\n'})
    branch.edit(OWNERS, "/ringfence/ @guards", "/ringfence/ @guards @law")
    branch.on_main()
    branch.change()
    branch.update()
