"""Ways around a lock by way of what guards it, and by way of git."""

from __future__ import annotations

import json

from e2e.bypass import AMOUNT, CONFIG, HOOK, HOOKS, LOCK, MARTS, OWNERS, POLICY, Branch, attempt, honest
from ringfence.domain.known import KnownFinding
from ringfence.stores.known import render


@attempt("RF103 RF113")
def the_locking_tag_is_another(branch: Branch) -> None:
    """ringfence.yml says that another tag locks, and the model loses the old one."""
    branch.write({CONFIG: POLICY.replace("[locked]", "[frozen]")})
    branch.edit(MARTS, "tags: [critical, locked]", "tags: [critical]")


@attempt("RF103 RF113")
def a_rule_is_switched_off(branch: Branch) -> None:
    """The rule that would speak is switched off in ringfence.yml."""
    branch.write({CONFIG: POLICY + "rules: {lock-tag-lost: {severity: off}}\n"})
    branch.edit(MARTS, "tags: [critical, locked]", "tags: [critical]")


@attempt("RF101 RF113")
def a_rule_is_turned_down(branch: Branch) -> None:
    """The rule that would speak becomes a warning."""
    branch.write({CONFIG: POLICY + "rules: {locked-model-changed: {severity: warning}}\n"})
    branch.change()


@attempt("")
def a_lock_is_selected_away(branch: Branch) -> None:
    """ringfence.yml leaves the model out of a rule about locks: it is refused."""
    branch.write({CONFIG: POLICY + 'rules: {locked-model-changed: {exclude: ["fct_orders"]}}\n'})
    branch.change()


@attempt("RF113")
def the_rules_over_a_range_are_switched_off(branch: Branch) -> None:
    """The rule that tells of loosened settings is switched off itself."""
    branch.write({CONFIG: POLICY + "rules: {lock-policy-loosened: {severity: off}}\n"})


@attempt("RF113")
def the_settings_are_deleted(branch: Branch) -> None:
    """ringfence.yml is deleted."""
    branch.git("rm", "-q", CONFIG)


@attempt("RF112 RF113")
def the_pattern_is_dropped(branch: Branch) -> None:
    """The team's pattern of reasons goes, and the change gives none that matches it."""
    branch.write({CONFIG: POLICY.replace('  reason_pattern: "[A-Z]+-\\\\d+"\n', "")})
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.forge("fct_orders", "amount: integer -> varchar", reason="because")


@attempt("RF113")
def the_base_is_another_branch(branch: Branch) -> None:
    """ringfence.yml says that changes are compared with the branch itself."""
    branch.write({CONFIG: POLICY.replace("branch: main", "branch: attempt")})


@attempt("RF110")
def the_project_is_judged_no_more(branch: Branch) -> None:
    """ringfence.yml names another project, and the one with the locks is judged no more."""
    branch.write({CONFIG: "projects: [{path: packages/common}]\n" + POLICY})


@attempt("RF113")
def a_permit_of_policy_in_the_same_range(branch: Branch) -> None:
    """The change brings the permit along that loosens the policy."""
    branch.permit(models='"*"', classes='"policy"')
    branch.write({CONFIG: POLICY.replace("[critical]", "[]")})


@honest
def the_policy_is_loosened_with_a_permit(branch: Branch) -> None:
    """The policy is loosened with a permit that is merged, and that the change spends."""
    branch.permit(models='"*"', classes='"policy"')
    branch.on_main()
    branch.git("rm", "-q", "ringfence/permits/p1.yml")
    branch.write({CONFIG: POLICY.replace("[critical]", "[]")})


@honest
def the_policy_is_tightened(branch: Branch) -> None:
    """The policy is tightened."""
    branch.write(
        {
            CONFIG: POLICY
            + '  approval: prior\n  freeze: ["2990-01-01"]\nrules: {description-missing: {severity: off}}\n'
        }
    )


@attempt("RF101 RF103")
def ignores_approvals_and_known_findings(branch: Branch) -> None:
    """Comments, meta, approvals and the list of known findings say that all is well."""
    branch.change()
    branch.edit(MARTS, "tags: [critical, locked]", "tags: [critical]  # ringfence: ignore[RF103] meant")
    branch.edit(MARTS, "varchar}", "varchar}  # ringfence: ignore[locked-model-changed] meant")
    branch.edit(MARTS, "    config:", "    meta: {ringfence: {ignore: [{rule: RF101, reason: meant}]}}\n    config:")
    found = json.loads(branch.ringfence("check", "--rule", "RF1", "--format", "json").out)["findings"]
    assert found
    approved = "".join(f'  - {{fingerprint: "{one["fingerprint"]}", reason: "meant"}}\n' for one in found)
    branch.write({"ringfence/approvals.yml": f"approvals:\n{approved}"})
    how = ("meant", "Mallory", "2026-02-01")
    known = tuple(KnownFinding(one["fingerprint"], 1, one["name"], one["message"], *how) for one in found)
    branch.write({"ringfence/known.json": render(known)})


@attempt("RF114")
def the_hook_is_removed(branch: Branch) -> None:
    """The hook is taken out of .pre-commit-config.yaml."""
    branch.write({HOOKS: HOOK.replace("id: ringfence", "id: schema-yml")})


@attempt("RF114")
def the_hook_is_left_for_later(branch: Branch) -> None:
    """The hook runs only where somebody calls it by hand."""
    branch.write({HOOKS: HOOK + "        stages: [manual]\n"})


@attempt("RF114")
def the_hook_is_told_to_pass(branch: Branch) -> None:
    """The hook is given an argument that makes it pass."""
    branch.write({HOOKS: HOOK + "        args: [--exit-zero]\n"})


@attempt("RF114")
def the_hook_is_skipped_in_ci(branch: Branch) -> None:
    """pre-commit.ci is told to skip the hook."""
    branch.write({HOOKS: "ci: {skip: [ringfence]}\n" + HOOK})


@honest
def the_hooks_are_kept(branch: Branch) -> None:
    """The hook's revision moves, files are excluded to no effect, and other hooks come."""
    branch.write({HOOKS: "exclude: ^ringfence/\n" + HOOK.replace("v0.1.0", "v0.2.0") + "      - id: schema-yml\n"})


@attempt("RF115")
def the_owners_line_is_deleted(branch: Branch) -> None:
    """The line of CODEOWNERS that asks the guards for lock files is deleted."""
    branch.edit(OWNERS, "/ringfence/ @guards\n", "")


@attempt("RF115")
def a_later_line_frees_the_lock(branch: Branch) -> None:
    """A later line of CODEOWNERS gives the lock files to somebody else."""
    branch.write({OWNERS: branch.text(OWNERS) + "*.yml @mallory\n"})


@attempt("RF115")
def owners_for_another_service(branch: Branch) -> None:
    """On GitLab the owners move to a file that only GitHub reads."""
    branch.git("mv", OWNERS, "CODEOWNERS")
    branch.write({".gitlab-ci.yml": "locks: {script: [ringfence lock verify]}\n"})
    branch.on_main()
    branch.write({OWNERS: branch.text("CODEOWNERS"), "CODEOWNERS": "* @everyone\n"})


@honest
def more_owners(branch: Branch) -> None:
    """The lock files get more owners, and other files others."""
    branch.edit(OWNERS, "/ringfence/ @guards", "/models/ @analysts\n/ringfence/ @guards @law")


@attempt("RF101", unseen=True)
def committed_with_no_verify(branch: Branch) -> None:
    """`git commit --no-verify`, a commit from a web page, or a clone without hooks: no hook is run."""
    branch.change()
    branch.save("quietly", "--no-verify")


@attempt("RF101", unseen=True)
def cherry_picked_without_the_lock(branch: Branch) -> None:
    """`git cherry-pick` takes the change of a model over, without that of its lock: no hook is run."""
    branch.git("checkout", "-q", "-b", "other")
    branch.change()
    branch.save("model")
    branch.update()
    branch.save("lock")
    branch.git("checkout", "-q", "attempt")
    branch.git("cherry-pick", "other~1")


@honest
def cherry_picked_with_the_lock(branch: Branch) -> None:
    """`git cherry-pick` takes the change and its record over."""
    branch.git("checkout", "-q", "-b", "other")
    branch.change()
    branch.update()
    branch.save("both")
    branch.git("checkout", "-q", "attempt")
    branch.git("cherry-pick", "other")


def _main_moves_on(branch: Branch) -> None:
    """Have main record a change that the branch has not seen."""
    branch.save("mine")
    branch.git("checkout", "-q", "main")
    branch.change()
    branch.update()
    branch.save("theirs")
    branch.git("checkout", "-q", "attempt")


@attempt("RF110 RF112", unseen=True)
def merged_with_ours(branch: Branch) -> None:
    """`git merge -s ours` drops what main recorded in a lock: a hook sees only what is there."""
    _main_moves_on(branch)
    branch.git("merge", "-q", "--no-verify", "-s", "ours", "-m", "merge", "main")


@honest
def merged(branch: Branch) -> None:
    """A merge of main takes over what main recorded."""
    branch.write({"models/staging/stg_days.sql": "select 1 as day\n"})
    _main_moves_on(branch)
    branch.git("merge", "-q", "--no-verify", "-m", "merge", "main")


@honest
def two_updates_meet_in_one_lock(branch: Branch) -> None:
    """Two branches change one model; who merges takes main's lock, and records the own change on top of it."""
    branch.edit(MARTS, "{name: cents, data_type: integer}", "{name: cents, data_type: bigint}")
    branch.edit(MARTS, "  - name: fct_orders\n", "  - name: fct_orders\n    access: public\n")
    branch.update()
    _main_moves_on(branch)
    assert branch.run("git", "merge", "-q", "main").code == 1
    branch.git("checkout", "-q", "--theirs", "--", LOCK)
    branch.git("add", "-A")
    branch.update()


@attempt("RF111", unseen=True)
def two_updates_are_mixed_by_hand(branch: Branch) -> None:
    """A conflict in a lock is resolved by hand in a merge commit, so that it holds what no entry recorded."""
    branch.edit(MARTS, "  - name: fct_orders\n", "  - name: fct_orders\n    access: public\n")
    branch.update()
    _main_moves_on(branch)
    assert branch.run("git", "merge", "-q", "main").code == 1
    text = branch.text(LOCK).splitlines(keepends=True)
    branch.write({LOCK: "".join(line for line in text if line[:7] not in ("<<<<<<<", "=======", ">>>>>>>"))})
    branch.git("add", "-A")
    branch.git("commit", "-q", "--no-verify", "-m", "merge")


@honest
def ringfence_is_taken_up(branch: Branch) -> None:
    """A team that had nothing takes up settings, hooks, owners and locks in one change."""
    kept = {path: branch.text(path) for path in (CONFIG, HOOKS, OWNERS)}
    branch.git("rm", "-rq", "--ignore-unmatch", "ringfence", *kept)
    branch.on_main()
    branch.write({path: kept[path] for path in (HOOKS, OWNERS)})
    branch.write({CONFIG: POLICY.replace("[locked]", "[locked, logic]").replace("[critical]", "[]")})
    branch.lock("add", "--reason", "FIN-1 first")


@honest
def behind_main(branch: Branch) -> None:
    """The branch is behind main, which has recorded a change since."""
    branch.write({"models/staging/stg_days.sql": "select 1 as day\n"})
    _main_moves_on(branch)


@attempt("RF101", unseen=True)
def a_merge_that_changes_the_model(branch: Branch) -> None:
    """The change hides in a merge commit that is in neither of its parents."""
    branch.write({"models/staging/stg_days.sql": "select 1 as day\n"})
    branch.save("mine")
    branch.git("checkout", "-q", "main")
    branch.write({"README.md": "# Shop\n"})
    branch.save("theirs")
    branch.git("checkout", "-q", "attempt")
    branch.git("merge", "-q", "--no-commit", "--no-ff", "main")
    branch.change()
    branch.git("add", "-A")
    branch.git("commit", "-q", "--no-verify", "-m", "merge")


@attempt("RF103", unseen=True)
def reverted_to_before_the_tag(branch: Branch) -> None:
    """`git revert` undoes the commit that tagged the model: no hook is run."""
    branch.edit(MARTS, "tags: [locked, logic]", "tags: [critical, locked, logic]")
    branch.update()
    branch.on_main()
    branch.git("revert", "--no-commit", "HEAD")
    branch.git("checkout", "-q", "HEAD", "--", "ringfence")
    branch.git("commit", "-q", "--no-verify", "-m", "revert")


@attempt("", unseen=True)
def a_history_of_its_own(branch: Branch) -> None:
    """The branch begins anew, without a common history: nothing can be compared, and that is refused."""
    branch.change()
    branch.edit(LOCK, "amount: integer", "amount: varchar")
    branch.git("checkout", "-q", "--orphan", "new")


@attempt("RF101 RF113")
def the_settings_move_and_lose_on_the_way(branch: Branch) -> None:
    """The settings move to pyproject.toml, and lose on the way what guards the locks."""
    branch.git("rm", "-q", CONFIG)
    table = '[tool.ringfence.lock]\ntags = ["none"]\n[tool.ringfence.rules.locked-model-changed]\nseverity = "off"\n'
    branch.write({"pyproject.toml": table})
    branch.edit(MARTS, AMOUNT, AMOUNT.replace("integer", "varchar"))
