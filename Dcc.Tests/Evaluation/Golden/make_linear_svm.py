# Writes linear-svm.txt: what scikit-learn's liblinear (LinearSVC, primal, squared hinge, L2) finds on small made-up sets.
# Made with scikit-learn 1.2.1 (Debian 12: python3-sklearn):  python3 make_linear_svm.py > linear-svm.txt
import random

import numpy
import sklearn
from sklearn.svm import LinearSVC


def emit(name, x, y, c):
    x, y = numpy.array(x), numpy.array(y)
    model = LinearSVC(penalty="l2", loss="squared_hinge", dual=False, C=c, tol=1e-13, fit_intercept=True, intercept_scaling=1, multi_class="ovr", max_iter=100000)
    model.fit(x, y)
    classes = int(y.max()) + 1
    weights = numpy.hstack([model.coef_, model.intercept_[:, None]])
    if classes == 2:                    # scikit-learn keeps one row: the second class against the first
        weights = numpy.vstack([-weights, weights])
    print("case %s samples %d dims %d classes %d c %r" % (name, len(x), x.shape[1], classes, c))
    for row, label in zip(x, y):
        print(label, *("%.17g" % v for v in row))
    for row in weights:
        print(*("%.17g" % v for v in row))


random.seed(1)
gauss = random.gauss
blobs = [[(gauss(k, 1) if j == k else gauss(0, 1)) for j in range(5)] for k in range(3) for _ in range(12)]
three = [k for k in range(3) for _ in range(12)]
print("scikit-learn", sklearn.__version__)
emit("three_classes", blobs, three, 0.01)
emit("three_classes_large_c", blobs, three, 10.0)
emit("separable", [[-3.0, 1], [-2, 0], [-4, -1], [3, 0], [2, 1], [5, -1]], [0, 0, 0, 1, 1, 1], 0.01)
emit("duplicate_and_constant", [[a, a, 7.0] for a in (0.5, 1.0, -1.0, 2.0, -2.0, -0.5)], [1, 0, 0, 1, 0, 1], 1.0)
emit("more_features_than_samples", [[gauss(0, 1) for _ in range(12)] for _ in range(4)], [0, 1, 2, 1], 0.01)
emit("large_features", [[100 * v for v in row] for row in blobs], three, 0.01)
