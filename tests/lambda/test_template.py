"""The SAM template: sound by Amazon's own tools, and of one mind with the code it deploys."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_tools import TEMPLATE, load_template, run

from skill.alexa import api as alexa_api
from skill.storage import bucket_shelf, dynamo_table

ALEXA_MS = 8_000
"""How long Alexa waits for a reply."""

CALLS = 2
"""A turn loads and saves."""

TRANSFORM = """
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

class NoPolicies:
    def load(self):
        return {}

template = yaml_parse(open(sys.argv[1]).read())
template["Resources"]["Skill"]["Properties"]["CodeUri"] = "s3://bucket/lambda.zip"
print(json.dumps(transform(template, {}, NoPolicies())))
"""


def of_type(kind: str, resources: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["Properties"] for one in resources.values() if one["Type"] == kind]


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    found: dict[str, Any] = load_template()["Resources"]
    return found


@pytest.fixture(scope="module")
def transformed() -> dict[str, Any]:
    """Return the resources that CloudFormation makes of it."""
    done = run("python", "-c", TRANSFORM, str(TEMPLATE))
    assert not done.returncode, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["Resources"]
    return found


@pytest.mark.parametrize(
    "command",
    [("cfn-lint", "--"), ("sam", "validate", "--lint", "--template-file")],
    ids=lambda command: command[0],
)
def test_amazons_tools_find_no_fault(command: tuple[str, ...]) -> None:
    done = run(*command, str(TEMPLATE))

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_function_may_do_what_the_store_asks_and_no_more(resources: dict[str, Any]) -> None:
    policies = resources["Role"]["Properties"]["Policies"]
    statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    asked = re.findall(r"def (\w+)\(self, \*\*request", Path(dynamo_table.__file__).read_text())
    (table,) = (one for one in statements if one["Resource"] == {"GetAtt": "Places.Arn"})
    (index,) = (
        one for one in statements if one["Resource"] == {"Sub": "${Places.Arn}/index/passing"}
    )
    (log,) = (one for one in statements if one["Resource"] == {"GetAtt": "Log.Arn"})

    (files,) = (one for one in statements if one["Resource"] == {"Sub": "${Recordings.Arn}/*"})
    (bucket,) = (one for one in statements if one["Resource"] == {"GetAtt": "Recordings.Arn"})

    assert len(statements) == 5
    assert (files["Action"], bucket["Action"]) == ("s3:GetObject", "s3:ListBucket")
    assert sorted([*table["Action"], index["Action"]]) == sorted(
        f"dynamodb:{each.title().replace('_', '')}" for each in asked
    )
    assert sorted(log["Action"]) == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert "ManagedPolicyArns" not in resources["Role"]["Properties"]


def test_only_this_skill_and_the_daily_event_may_call_the_function_in_its_published_version(
    transformed: dict[str, Any],
) -> None:
    permissions = {
        one["Properties"]["Principal"]: one["Properties"]
        for one in transformed.values()
        if one["Type"] == "AWS::Lambda::Permission"
    }
    permission = permissions.pop("alexa-appkit.amazon.com")
    daily = permissions.pop("events.amazonaws.com")
    alias = transformed[permission["FunctionName"]["Ref"]]
    (rule,) = (one for one in transformed.values() if one["Type"] == "AWS::Events::Rule")

    assert not permissions
    assert permission["EventSourceToken"] == {"Ref": "SkillId"}
    assert daily["FunctionName"] == permission["FunctionName"]
    assert daily["SourceArn"] == {"Fn::GetAtt": [rule_name(transformed), "Arn"]}
    assert rule["Properties"]["ScheduleExpression"] == "rate(1 day)"
    assert alias["Type"] == "AWS::Lambda::Alias"
    assert alias["Properties"]["Name"] == "live"


def rule_name(transformed: dict[str, Any]) -> str:
    (name,) = (name for name, one in transformed.items() if one["Type"] == "AWS::Events::Rule")
    return name


def test_the_table_is_the_one_that_the_store_writes_to(resources: dict[str, Any]) -> None:
    table = resources["Places"]
    properties = table["Properties"]

    assert properties["KeySchema"] == [
        {"AttributeName": dynamo_table.KEY, "KeyType": "HASH"},
    ]
    (index,) = properties["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": dynamo_table.INDEX,
        "KeySchema": [
            {"AttributeName": dynamo_table.INDEX, "KeyType": "HASH"},
            {"AttributeName": dynamo_table.EXPIRES, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    assert properties["TimeToLiveSpecification"] == {
        "AttributeName": dynamo_table.EXPIRES,
        "Enabled": True,
    }
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"


@pytest.mark.usefixtures("time_limits")
def test_the_longest_turn_ends_by_itself_while_alexa_waits(resources: dict[str, Any]) -> None:
    """One that finds neither the table nor Alexa's services; the alarm rings long before."""
    attempt = dynamo_table.CONNECT_S + dynamo_table.READ_S
    longest_ms = (CALLS * dynamo_table.ATTEMPTS * attempt + alexa_api.TURN_S) * 1000
    timeout_ms = resources["Skill"]["Properties"]["Timeout"] * 1000
    slow_ms = resources["SlowTurns"]["Properties"]["Threshold"]

    assert 2 * slow_ms < longest_ms < timeout_ms <= ALEXA_MS


@pytest.mark.usefixtures("time_limits")
def test_a_turn_that_finds_neither_table_nor_bucket_ends_while_alexa_waits() -> None:
    """It asks for the timeline that was played, and for the index; then the voice leads."""
    table_s = CALLS * dynamo_table.ATTEMPTS * (dynamo_table.CONNECT_S + dynamo_table.READ_S)
    bucket_s = 2 * bucket_shelf.ATTEMPTS * (dynamo_table.CONNECT_S + dynamo_table.READ_S)

    assert (table_s + bucket_s) * 1000 < ALEXA_MS


def test_nobody_reads_the_bucket_without_a_signed_address(resources: dict[str, Any]) -> None:
    bucket = resources["Recordings"]
    variables = resources["Skill"]["Properties"]["Environment"]["Variables"]

    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["Properties"]["PublicAccessBlockConfiguration"]) == 4
    assert bucket["DeletionPolicy"] == "Retain"
    assert variables["FOOT_ROUTINE_RECORDINGS"] == {"Ref": "Recordings"}


def test_every_alarm_rings_where_the_listener_would_notice(resources: dict[str, Any]) -> None:
    """Missing data is no alarm, or a skill that nobody uses at night would wake somebody."""
    alarms = of_type("AWS::CloudWatch::Alarm", resources)

    assert {alarm["MetricName"] for alarm in alarms} == {
        "Errors",
        "LoggedErrors",
        "Throttles",
        "Duration",
    }
    for alarm in alarms:
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == {
            "If": ["AlarmsAreSent", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]
        }


def test_a_budget_and_a_reserved_concurrency_are_off_unless_given(
    resources: dict[str, Any],
) -> None:
    """New accounts allow ten at once, of which none can be reserved: a default would not deploy."""
    whole = load_template()
    off = {name: whole["Parameters"][name] for name in ("MonthlyBudget", "ReservedConcurrency")}
    budget = resources["Budget"]

    assert {parameter["Default"] for parameter in off.values()} == {0}
    assert resources["Skill"]["Properties"]["ReservedConcurrentExecutions"] == {
        "If": ["ConcurrencyIsReserved", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    assert budget["Condition"] == "BudgetIsSet"
    assert budget["Properties"]["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudget"}
    for name, condition in (
        ("MonthlyBudget", "BudgetIsSet"),
        ("ReservedConcurrency", "ConcurrencyIsReserved"),
    ):
        assert whole["Conditions"][condition] == {"Not": [{"Equals": [{"Ref": name}, "0"]}]}


def test_a_budget_has_somebody_to_tell(resources: dict[str, Any]) -> None:
    (told,) = resources["Budget"]["Properties"]["NotificationsWithSubscribers"]
    rule = load_template()["Rules"]["WhoIsTold"]

    assert told["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": {"Ref": "AlarmEmail"}}]
    assert rule["Assertions"][0]["Assert"] == {"Not": [{"Equals": [{"Ref": "AlarmEmail"}, ""]}]}


def test_the_log_is_kept_for_a_while_only(resources: dict[str, Any]) -> None:
    assert resources["Log"]["Properties"]["RetentionInDays"] <= 30
    assert resources["Skill"]["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": "Log"}
