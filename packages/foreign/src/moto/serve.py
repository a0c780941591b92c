"""
moto's server, with what AWS does and moto 5.2 lacks as far as a deployment needs it. Takes moto_server's arguments, and ends
when its standard input does, so that nothing is left however the test that started it ends.
"""

import json
import os
import sys
import threading

from moto import server
from moto.awslambda.models import LambdaBackend
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.iam.models import Role, iam_backends
from moto.utilities.utils import get_partition

# Lambda without Docker: an invocation is taken and nothing runs.
default_user_config["lambda"]["use_docker"] = False


# Termination protection: moto has no call to change it, and deletes a stack all the same.
def update_termination_protection(self):
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


CloudFormationResponse.update_termination_protection = update_termination_protection
delete_stack = CloudFormationBackend.delete_stack


def delete_unprotected_stack(self, name_or_stack_id):
    for stack in list(self.stacks.values()):
        if name_or_stack_id in (stack.name, stack.stack_id) and stack.enable_termination_protection:
            message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise ValidationError(message=message)
    delete_stack(self, name_or_stack_id)


CloudFormationBackend.delete_stack = delete_unprotected_stack


# Change sets: moto finds one by its name, whichever stack it is of, and the CDK gives all the same name. For one that is not
# there it has another error than the one that the CDK waits for after it has deleted it.
get_param = CloudFormationResponse._get_param
delete_change_set = CloudFormationBackend.delete_change_set


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


def get_param_of_stack(self, param_name, if_none=None):
    value = get_param(self, param_name, if_none)
    if param_name != "ChangeSetName" or self._get_action() == "CreateChangeSet":
        return value
    stack = get_param(self, "StackName")
    for change_set in reversed(list(self.cloudformation_backend.change_sets.values())):
        if value == change_set.change_set_id:
            return value
        if value == change_set.change_set_name and stack in (change_set.stack_name, change_set.stack_id):
            return change_set.change_set_id
    if self._get_action() == "DeleteChangeSet":
        return None
    raise ChangeSetNotFound(f"ChangeSet [{value}] does not exist")


def delete_existing_change_set(self, change_set_name):
    if change_set_name is not None:
        delete_change_set(self, change_set_name)


CloudFormationResponse._get_param = get_param_of_stack
CloudFormationBackend.delete_change_set = delete_existing_change_set


# A stack in review: the next change set that creates it makes a second one of the same name in moto.
create_change_set = CloudFormationBackend.create_change_set


def create_change_set_of_one_stack(self, stack_name, *args, **settings):
    for stack_id, stack in list(self.stacks.items()):
        if stack.name == stack_name and stack.status == "REVIEW_IN_PROGRESS":
            del self.stacks[stack_id]
    return create_change_set(self, stack_name, *args, **settings)


CloudFormationBackend.create_change_set = create_change_set_of_one_stack


# Tags of a stack: a change set that updates one leaves them as they are in moto.
apply_change_set = ChangeSet.apply


def apply_change_set_with_tags(self):
    apply_change_set(self)
    self.stack.tags = self.tags or {}


ChangeSet.apply = apply_change_set_with_tags


# Parameters that an update keeps: of one that names an SSM parameter, moto takes the value for the name.
def parameters_as_given(self):
    slots = self.resource_map._template.get("Parameters", {})
    given = self.resource_map.input_parameters
    return {
        name: given.get(name, slots[name].get("Default")) if slots[name]["Type"].startswith("AWS::SSM::") else value
        for name, value in self.resource_map.resolved_parameters.items()
    }


Stack.stack_parameters = property(parameters_as_given)


# Deletion policies: of the two that keep a resource, moto knows Retain.
delete_resource = ResourceMap._delete_resource


def delete_unretained_resource(self, parsed_resource, resource_json):
    if resource_json.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
        delete_resource(self, parsed_resource, resource_json)


ResourceMap._delete_resource = delete_unretained_resource


# Inline policies: those of a template are answered in Python's notation.
put_policy = Role.put_policy


def put_policy_as_text(self, policy_name, policy_json):
    put_policy(self, policy_name, policy_json if isinstance(policy_json, str) else json.dumps(policy_json))


Role.put_policy = put_policy_as_text


# Roles: an update changes the description in moto, and neither who is trusted nor what is allowed, the boundary or tags.
update_role = Role.update_from_cloudformation_json.__func__


def update_role_with_policies(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    role = update_role(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name)
    properties = cloudformation_json["Properties"]
    role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
    role.max_session_duration = properties.get("MaxSessionDuration", 3600)
    role.permissions_boundary_arn = properties.get("PermissionsBoundary")
    role.tags = properties.get("Tags", [])
    iam = iam_backends[account_id][get_partition(region_name)]
    of_others = {policy.policy_name for policy in iam.inline_policies.values() if role.name in policy.role_names}
    role.policies = {name: document for name, document in role.policies.items() if name in of_others}
    for policy in properties.get("Policies", []):
        role.put_policy(policy["PolicyName"], policy["PolicyDocument"])
    return role


Role.update_from_cloudformation_json = classmethod(update_role_with_policies)


# Invocations: without Docker, moto takes one of a function that does not exist, and none fails. Here those of a function
# with the variable FAILS do, with the type of error that it says.
invoke = LambdaSimpleBackend.invoke


def invoke_existing(self, function_name, qualifier, body, headers, response_headers):
    variables = self.get_function(function_name, qualifier).environment_vars
    if "FAILS" in variables and headers.get("X-Amz-Invocation-Type") != "Event":
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps({"errorType": variables["FAILS"], "errorMessage": "as asked"}).encode()
    return invoke(self, function_name, qualifier, "null", headers, response_headers)


LambdaSimpleBackend.invoke = invoke_existing

# Event source mappings: moto runs their functions in Docker even so. The tests hand events over by themselves.
LambdaBackend.send_sqs_batch = lambda *_: False
LambdaBackend.send_kinesis_message = lambda *_, **__: None


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
server.main()
