import DefaultTheme from 'vitepress/theme';
import 'katex/dist/katex.min.css';
import './style.css';
import '../../.generated/diagrams.css';
import { ComputingFigure } from './ComputingFigure.mjs';
import { CourseMap } from './CourseMap.mjs';
import { keepOffline } from './keepOffline.mjs';
import { LectureDone } from './LectureDone.mjs';
import { LiveBar } from './live/LiveBar.mjs';
import { LiveCell } from './live/LiveCell.mjs';
import { PlotlyFigure } from './PlotlyFigure.mjs';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    if (typeof window !== 'undefined') window.addEventListener('load', keepOffline);
    app.component('ComputingFigure', ComputingFigure);
    app.component('CourseMap', CourseMap);
    app.component('LectureDone', LectureDone);
    app.component('LiveBar', LiveBar);
    app.component('LiveCell', LiveCell);
    app.component('PlotlyFigure', PlotlyFigure);
  },
};
