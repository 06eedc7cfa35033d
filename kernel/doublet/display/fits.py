"""What fits tell in full precision, of iminuit, lmfit and SciPy: values, errors, covariance, and how far the minimum may still be.

`distance` is the estimated vertical distance to the minimum (Minuit's EDM) in units of what one standard deviation adds to the
function. Where a minimiser knows no errors, they are 0, `reach` says how far each value may be from the minimum, in its own units, and
`distance` is in those of the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["iminuit_fit", "lmfit_fit", "scipy_fit"]

_MINPACK_TOLERANCE = 1.5e-8
"""lmfit's for the methods 'leastsq' and 'least_squares': by which share the sum of squares would become less in one more step."""
_TOLERANT = ("leastsq", "least_squares")


def iminuit_fit(fit: Any) -> dict[str, Any] | None:
    """A `Minuit` that has been minimised."""
    import numpy as np

    if fit.fmin is None:
        return None
    covariance = np.empty((0, 0)) if fit.covariance is None else np.asarray(fit.covariance)
    return _fit(list(fit.parameters), np.array(fit.values), np.array(fit.errors), covariance, fit.fval, fit.valid, fit.fmin.edm / fit.errordef)


def lmfit_fit(fit: Any) -> dict[str, Any] | None:
    """A `MinimizerResult` or `ModelResult`; parameters that are fixed or computed of others are among them, as in the fit's report.

    None where the method says nothing of how near the minimum is.
    """
    import numpy as np

    if fit.method not in _TOLERANT or not hasattr(fit, "chisqr"):
        return None
    names = list(fit.params)
    free = [names.index(name) for name in fit.var_names]
    covariance = np.empty((0, 0))
    if (found := getattr(fit, "covar", None)) is not None:
        covariance = np.zeros((len(names), len(names)))
        covariance[np.ix_(free, free)] = found
    errors = np.array([parameter.stderr or 0.0 for parameter in fit.params.values()], float)
    tolerance = float(getattr(fit, "call_kws", {}).get("ftol") or _MINPACK_TOLERANCE)
    distance = tolerance * (fit.nfree if getattr(fit, "scale_covar", True) else fit.chisqr)  # scaled errors are those of chi-square / degrees of freedom = 1
    return _fit(names, np.array([parameter.value for parameter in fit.params.values()], float), errors, covariance, fit.chisqr, fit.success, distance)


def scipy_fit(result: Any) -> dict[str, Any] | None:
    """An `OptimizeResult` of ``least_squares`` or ``minimize``; None where it does not tell how near the minimum is."""
    import numpy as np

    if "x" not in result or "success" not in result or np.ndim(result["x"]) != 1:
        return None
    values = np.asarray(result["x"], float)
    names = [f"x[{number}]" for number in range(len(values))]
    if "cost" in result:
        return _least_squares(names, values, result)
    distance, reach = _openness(values, result)
    if not np.isfinite(reach).all() or np.ndim(result["fun"]):
        return None
    return _fit(names, values, np.zeros(len(values)), np.empty((0, 0)), result["fun"], result["success"], distance, reach)


def _least_squares(names: list[str], values: NDArray[Any], result: Any) -> dict[str, Any] | None:
    """The residuals r and their Jacobian J: the sum of squares is (J'r)' (J'J)^-1 (J'r) above its minimum, where it is quadratic."""
    import numpy as np

    jacobian = np.asarray(result["jac"].toarray() if hasattr(result["jac"], "toarray") else result["jac"], float)
    try:
        covariance = np.linalg.inv(jacobian.T @ jacobian)
    except np.linalg.LinAlgError:
        return None
    slope = jacobian.T @ np.asarray(result["fun"], float)
    distance = float(slope @ covariance @ slope)
    variances = covariance.diagonal()
    if not np.isfinite(distance) or (variances < 0).any():
        return None
    return _fit(names, values, np.sqrt(variances), covariance, 2 * result["cost"], result["success"], distance)


def _openness(values: NDArray[Any], result: Any) -> tuple[float, NDArray[Any]]:
    """How far the function may be above its minimum, and each value off; not a number where that is not told.

    Either by the last simplex, or by the gradient g and the inverse Hessian H: the function is about g'Hg/2 above the
    minimum, and where it is so, values are off by no more than sqrt(g'Hg H_ii).
    """
    import numpy as np

    unknown = np.nan, np.full(len(values), np.nan)
    if "final_simplex" in result:
        corners, heights = (np.asarray(part, float) for part in result["final_simplex"])
        return float(np.ptp(heights)), np.abs(corners - values).max(axis=0)
    if "jac" not in result or "hess_inv" not in result:
        return unknown
    inverse = result["hess_inv"]
    inverse = np.asarray(inverse.todense() if hasattr(inverse, "todense") else inverse, float)
    slope = np.asarray(result["jac"], float)
    if slope.shape != values.shape or inverse.shape != (len(values), len(values)):
        return unknown
    with np.errstate(invalid="ignore"):
        twice = slope @ inverse @ slope
        return float(twice) / 2, np.sqrt(twice * inverse.diagonal())


def _fit(
    names: list[str], values: NDArray[Any], errors: NDArray[Any], covariance: NDArray[Any], minimum: float, valid: bool, distance: float, reach: NDArray[Any] | None = None
) -> dict[str, Any]:
    import numpy as np

    from doublet.display.histograms.arrays import encode

    data = {
        "kind": "fit",
        "parameters": names,
        "values": encode(values),
        "errors": encode(errors),
        "covariance": encode(covariance),
        "minimum": encode(np.array([float(minimum)])),
        "valid": bool(valid),
        "distance": encode(np.array([float(distance)])),
    }
    return data if reach is None else {**data, "reach": encode(reach)}
