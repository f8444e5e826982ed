"""What is staged against what lies on disk."""

from __future__ import annotations

from e2e.git_states import CLEAN, GONE, LOST, state
from e2e.git_states_run import MARTS, Attempt, Shop

NEW = "{{ config(tags=['critical']) }}\nselect 1 as order_id\n"
DESCRIBED = """models:
  - name: fct_new
    description: One row.
    config: {contract: {enforced: true}}
    columns: [{name: order_id, data_type: integer}]
"""
UNCONTRACTED = "RF106 RF201 RF306"  # fct_new is critical and has no contract, no lock, no description


@state(LOST, quick=True)
def staged_break_and_disk_fine(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(CLEAN, quick=True)
def staged_fine_and_disk_broken(shop: Shop) -> Attempt:
    shop.readme()
    shop.weaken()
    return Attempt()


@state(LOST)
def both_broken(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    return Attempt()


@state(LOST)
def both_broken_in_different_ways(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    (shop.folder / "models/marts/fct_orders.sql").unlink()
    return Attempt()


@state(UNCONTRACTED, quick=True)
def untracked_yaml_would_satisfy(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": NEW})
    shop.git("add", "-A")
    shop.write({"models/marts/new.yml": DESCRIBED})
    return Attempt()


@state(UNCONTRACTED)
def ignored_yaml_would_satisfy(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": NEW, ".gitignore": "new.yml\n"})
    shop.git("add", "-A")
    shop.write({"models/marts/new.yml": DESCRIBED})
    return Attempt()


@state(CLEAN)
def untracked_yaml_would_break(shop: Shop) -> Attempt:
    shop.readme()
    shop.write({"models/marts/new.yml": "models:\n  - nam: fct_new\n  - name: nobody\n"})
    return Attempt()


@state("RF105")
def untracked_lock_would_satisfy(shop: Shop) -> Attempt:
    lock = shop.folder / "ringfence/locks/dim_customers.yml"
    text = lock.read_text(encoding="utf-8")
    shop.git("rm", "-q", "--cached", str(lock))
    shop.write({".gitignore": "ringfence/locks/\n"})
    shop.write({"ringfence/locks/dim_customers.yml": text})
    return Attempt()


@state(LOST)
def configuration_weakened_on_disk_alone(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    shop.edit("ringfence.yml", "rules:", "rules:\n  contract-missing: {severity: off}")
    return Attempt()


@state("RF106 RF113")
def configuration_staged_and_not_on_disk(shop: Shop) -> Attempt:
    shop.edit("ringfence.yml", "require: [critical]", "require: [staging]")
    shop.git("add", "-A")
    shop.edit("ringfence.yml", "require: [staging]", "require: [critical]")
    return Attempt()


@state(LOST, quick=True)
def commit_path(shop: Shop) -> Attempt:
    """git commit PATH makes an index of its own: next-index-PID.lock."""
    shop.weaken()
    return Attempt(("commit", MARTS))


@state(CLEAN)
def commit_path_leaves_the_staged_break_out(shop: Shop) -> Attempt:
    shop.weaken()
    shop.readme()
    shop.git("add", "-A")
    return Attempt(("commit", "README.md"))


@state(LOST)
def commit_include(shop: Shop) -> Attempt:
    shop.readme()
    shop.weaken()
    return Attempt(("commit", "-i", MARTS))


@state(LOST, quick=True)
def commit_all(shop: Shop) -> Attempt:
    """git commit -a judges index.lock."""
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(UNCONTRACTED)
def commit_all_leaves_untracked_files_out(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": "select 2\n"})
    shop.git("add", "-A")
    shop.write({"models/marts/fct_new.sql": NEW, "models/marts/new.yml": DESCRIBED})
    return Attempt(("commit", "-a"))


@state(LOST)
def a_hunk_staged_and_another_not(shop: Shop) -> Attempt:
    """As git add -p leaves it: the index holds what never was on disk."""
    shop.stage(MARTS, shop.weakened())
    shop.edit(MARTS, "Customers with their region", "Customers and their region")
    return Attempt()


@state(LOST, quick=True)
def amend(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    shop.weaken()
    shop.git("add", "-A")
    return Attempt(("commit", "--amend"))


@state(LOST)
def amend_after_a_partial_stage(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    shop.stage(MARTS, shop.weakened())
    shop.write({"models/marts/new.yml": DESCRIBED})
    return Attempt(("commit", "--amend"))


@state(CLEAN)
def amend_away_what_was_broken(shop: Shop) -> Attempt:
    shop.weaken()
    shop.save({"README.md": "# Shop\n"})
    shop.restore()
    shop.git("add", "-A")
    shop.weaken()
    return Attempt(("commit", "--amend"))


@state(LOST)
def empty_commit_on_a_broken_one(shop: Shop) -> Attempt:
    shop.weaken()
    shop.save()
    shop.restore()
    return Attempt(("commit", "--allow-empty"))


@state(CLEAN)
def empty_commit(_shop: Shop) -> Attempt:
    return Attempt(("commit", "--allow-empty"))


@state(UNCONTRACTED)
def intent_to_add_would_satisfy(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": NEW})
    shop.git("add", "-A")
    shop.write({"models/marts/new.yml": DESCRIBED})
    shop.git("add", "-N", "models/marts/new.yml")
    return Attempt()


@state(CLEAN)
def intent_to_add_of_a_model(shop: Shop) -> Attempt:
    shop.readme()
    shop.write({"models/marts/fct_new.sql": NEW})
    shop.git("add", "-N", "models/marts/fct_new.sql")
    return Attempt()


@state(GONE)
def deleted_in_the_index_alone(shop: Shop) -> Attempt:
    shop.git("rm", "-q", "--cached", "models/marts/fct_orders.sql")
    return Attempt()


@state(CLEAN)
def deleted_on_disk_alone(shop: Shop) -> Attempt:
    shop.readme()
    (shop.folder / "models/marts/fct_orders.sql").unlink()
    return Attempt()


@state(CLEAN)
def the_project_file_deleted_on_disk_alone(shop: Shop) -> Attempt:
    shop.readme()
    (shop.folder / "dbt_project.yml").unlink()
    return Attempt()


@state(LOST)
def staged_then_stashed_then_popped(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    shop.git("stash", "-q")
    shop.git("stash", "pop", "-q", "--index")
    return Attempt()


@state(CLEAN)
def stashed_and_not_popped(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("stash", "-q")
    shop.readme()
    return Attempt()


@state(LOST)
def dbtignore_on_disk_alone(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    shop.write({".dbtignore": "models/marts/\n"})
    return Attempt()
