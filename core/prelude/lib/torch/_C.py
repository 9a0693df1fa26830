# Describes the few names of torch._C that Python files ask for; the rest is unknown.


def _log_api_usage_once(event):
    return None


def _get_tracing_state():
    return None


def _is_tracing():
    return False


def _get_privateuse1_backend_name():
    return 'privateuseone'
